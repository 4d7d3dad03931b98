namespace Stillwatch.Gateway.Admit;

/// <summary>Which limit a request ran into.</summary>
internal enum LimitKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Requests a minute.</summary>
    Requests,

    /// <summary>Tokens in, a minute.</summary>
    InputTokens,

    /// <summary>Tokens out, a minute.</summary>
    OutputTokens,

    /// <summary>Exchanges open at once.</summary>
    Concurrent,

    /// <summary>Spend a day.</summary>
    Spend,

    /// <summary>The request alone is more than a minute's allowance.</summary>
    TooLarge,
}
