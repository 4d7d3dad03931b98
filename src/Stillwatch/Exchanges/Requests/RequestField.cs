namespace Stillwatch.Exchanges.Requests;

/// <summary>What a field at the top level of a request is about. Several names may mean the same: model servers have their own.</summary>
internal enum RequestField
{
    /// <summary>Nothing that is judged or watched.</summary>
    None,

    /// <summary>The model.</summary>
    Model,

    /// <summary>Further models or adapters that the server may turn to.</summary>
    OtherModels,

    /// <summary>Whether a stream is asked for.</summary>
    Stream,

    /// <summary>The most tokens out.</summary>
    MostTokens,

    /// <summary>How many answers.</summary>
    Answers,

    /// <summary>The customer's own customer.</summary>
    User,

    /// <summary>Further facts, in the Messages API the customer's customer among them.</summary>
    Metadata,

    /// <summary>Log-probabilities, where 0 asks for none (in Completions it asks for the token's own).</summary>
    LogProbabilities,

    /// <summary>Log-probabilities, or what stands as close to them, whatever the value.</summary>
    PromptLogProbabilities,

    /// <summary>Lists what else an answer carries.</summary>
    Include,

    /// <summary>Tools.</summary>
    Tools,

    /// <summary>The format of the answer, plain text among others.</summary>
    Format,

    /// <summary>An object that has the format in it.</summary>
    FormatInside,

    /// <summary>A grammar, a schema or a choice that the answer has to keep to.</summary>
    Grammar,

    /// <summary>Media out, or input that is no text.</summary>
    Media,

    /// <summary>The prompts of Completions.</summary>
    Prompt,

    /// <summary>Text, with its speakers.</summary>
    Content,

    /// <summary>Text of the system's.</summary>
    SystemContent,

    /// <summary>An object whose fields some servers take for the request's own.</summary>
    Inside,

    /// <summary>An object that has the settings of the request.</summary>
    Settings,

    /// <summary>A response that the model server keeps, and that this one follows.</summary>
    Previous,

    /// <summary>A conversation that the model server keeps.</summary>
    Conversation,

    /// <summary>The temperature.</summary>
    Temperature,

    /// <summary>What differs from request to request and says nothing of the program; no judgement hangs on it.</summary>
    Free,

    /// <summary>Weights on tokens, or whatever else tells the sampler which tokens it may choose.</summary>
    LogitBias,

    /// <summary>A seed: what differs from request to request and says nothing of the program, but makes answers repeatable.</summary>
    Seed,

    /// <summary>Whether the prompt stands at the beginning of the answer.</summary>
    Echo,

    /// <summary>How the text of the reasoning comes; a request without it is answered as well.</summary>
    ReasoningText,

    /// <summary>Whether the text of the reasoning comes apart from the answer's: without it, it does.</summary>
    ReasoningApart,

    /// <summary>An object that says how to reason, and whether its text comes.</summary>
    ReasoningInside,
}
