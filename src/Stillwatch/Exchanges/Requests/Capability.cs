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

    /// <summary>Raw reasoning text.</summary>
    Reasoning = 128,

    /// <summary>Summaries of reasoning.</summary>
    ReasoningSummary = 256,

    /// <summary>Biases on tokens.</summary>
    LogitBias = 512,

    /// <summary>A seed that makes answers repeat.</summary>
    Seed = 1024,

    /// <summary>The prompt in the answer.</summary>
    Echo = 2048,

    /// <summary>Log-probabilities of the prompt's tokens.</summary>
    PromptLogProbabilities = 4096,
}
