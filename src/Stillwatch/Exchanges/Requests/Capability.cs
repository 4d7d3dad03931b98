namespace Stillwatch.Exchanges.Requests;

/// <summary>Something that a model can hand out and an account may be denied. Numbers never change meaning.</summary>
[Flags]
public enum Capability
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Log-probabilities of tokens.</summary>
    LogProbabilities = 1,

    /// <summary>Calling tools.</summary>
    Tools = 2,

    /// <summary>Several answers to one request.</summary>
    SeveralAnswers = 4,

    /// <summary>Images, audio or files in the request.</summary>
    NonText = 8,

    /// <summary>Structured output.</summary>
    StructuredOutput = 16,

    /// <summary>Streams.</summary>
    Streaming = 32,

    /// <summary>Embeddings.</summary>
    Embeddings = 64,

    /// <summary>Reasoning as the model wrote it. Answers carry it unasked: it is stripped, and no request asks for it.</summary>
    Reasoning = 128,

    /// <summary>Summaries of reasoning. Answers carry them unasked too.</summary>
    ReasoningSummary = 256,

    /// <summary>Weights on tokens, and whatever else tells the sampler which tokens it may choose.</summary>
    LogitBias = 512,

    /// <summary>A seed that makes answers repeatable.</summary>
    Seed = 1024,

    /// <summary>The prompt at the beginning of the answer.</summary>
    Echo = 2048,

    /// <summary>Log-probabilities of the prompt's tokens; who may not have <see cref="LogProbabilities"/> has not these either.</summary>
    PromptLogProbabilities = 4096,
}
