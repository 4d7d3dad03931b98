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

    /// <summary>Spend a day: what is left does not cover what the request may come to.</summary>
    Spend,

    /// <summary>Spend a month: what is left does not cover what the request may come to.</summary>
    SpendOfMonth,

    /// <summary>Spend a day or a month: what is left covers it, but open requests hold it.</summary>
    SpendHeld,

    /// <summary>The request alone may come to more than may be spent in a day or a month.</summary>
    SpendTooLarge,

    /// <summary>The request alone is more than a minute's allowance.</summary>
    TooLarge,
}
