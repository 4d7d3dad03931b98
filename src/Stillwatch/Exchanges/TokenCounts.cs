namespace Stillwatch.Exchanges;

/// <summary>Tokens as somebody reported them; -1 where nobody did.</summary>
/// <param name="Input">Tokens in.</param>
/// <param name="Output">Tokens out.</param>
internal readonly record struct TokenCounts(int Input, int Output)
{
    /// <summary>Nothing was reported.</summary>
    public static TokenCounts None => new(-1, -1);
}
