namespace Stillwatch.Exchanges;

/// <summary>Yes-or-no facts of an exchange. Numbers never change meaning.</summary>
[Flags]
public enum ExchangeTraits : ushort
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The request carried the model's earlier answers: it goes on with a conversation.</summary>
    FollowUp = 1,

    /// <summary>The request carried a system prompt.</summary>
    HasSystem = 2,

    /// <summary>The request offered tools.</summary>
    HasTools = 4,

    /// <summary>The request carried results of tools.</summary>
    ToolResult = 8,

    /// <summary>The request asked for a stream.</summary>
    Stream = 16,

    /// <summary>The request asked for log-probabilities.</summary>
    LogProbabilities = 32,

    /// <summary>The request asked for more than one answer.</summary>
    SeveralAnswers = 64,

    /// <summary>The request had parts that are no text (images, audio, files).</summary>
    NonText = 128,

    /// <summary>The request asked for structured output.</summary>
    Structured = 256,

    /// <summary>The exchange did not succeed: an error status, or an outcome other than complete.</summary>
    Failed = 512,

    /// <summary>The request's body was not valid JSON.</summary>
    Raw = 1024,

    /// <summary>The log reported the tokens; otherwise they are counted from the text.</summary>
    TokensReported = 2048,

    /// <summary>The newest prompt is about program code, or has some in it.</summary>
    Code = 4096,

    /// <summary>The request was told to wait: status 429, by the gateway's limits or the model server's.</summary>
    Throttled = 8192,

    /// <summary>
    /// Nothing of an answer was had: it was refused, its status is an error, or it failed before anything came. It is an attempt and took
    /// nothing.
    /// </summary>
    Unanswered = 16384,

    /// <summary>The newest prompt is hardly more than an item of a known benchmark or set of instructions.</summary>
    KnownPrompt = 32768,
}
