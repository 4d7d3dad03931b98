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
}
