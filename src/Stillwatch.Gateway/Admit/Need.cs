namespace Stillwatch.Gateway.Admit;

/// <summary>What a request may come to, or came to.</summary>
/// <param name="InputTokens">Tokens in.</param>
/// <param name="OutputTokens">Tokens out.</param>
/// <param name="Cost">Its price, in millionths of the prices' currency.</param>
internal readonly record struct Need(long InputTokens, long OutputTokens, long Cost);
