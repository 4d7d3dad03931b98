namespace Stillwatch.Exchanges;

/// <summary>Which API an exchange speaks. Numbers are written to the journal and never change meaning.</summary>
public enum Dialect : byte
{
    /// <summary>None of those known.</summary>
    Other = 0,

    /// <summary>OpenAI Chat Completions.</summary>
    Chat = 1,

    /// <summary>OpenAI Completions.</summary>
    Completions = 2,

    /// <summary>OpenAI Responses.</summary>
    Responses = 3,

    /// <summary>OpenAI Embeddings.</summary>
    Embeddings = 4,

    /// <summary>Anthropic Messages.</summary>
    Messages = 5,

    /// <summary>Anthropic token counting.</summary>
    CountTokens = 6,

    /// <summary>The list of models.</summary>
    Models = 7,

    /// <summary>Google's Gemini, generateContent.</summary>
    Gemini = 8,
}
