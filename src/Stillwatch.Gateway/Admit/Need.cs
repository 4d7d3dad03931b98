namespace Stillwatch.Gateway.Admit;

/// <summary>What a request may come to, or came to.</summary>
/// <param name="InputTokens">Tokens in.</param>
/// <param name="OutputTokens">Tokens out.</param>
/// <param name="Cost">Its price, in millionths of the prices' currency.</param>
internal readonly record struct Need(long InputTokens, long OutputTokens, long Cost)
{
    /// <summary>The most that is counted of tokens or of cost: what thousands of such need together still fits 64 bits.</summary>
    public const long Most = 1L << 48;

    /// <summary>A product that stops at <see cref="Most"/>.</summary>
    /// <param name="a">0 or more.</param>
    /// <param name="b">0 or more.</param>
    public static long Times(long a, long b) => (long)Int128.Min((Int128)a * b, Most);
}
