namespace Stillwatch.Range.House.Decoding;

/// <summary>A token that was drawn.</summary>
/// <param name="Id">The token.</param>
/// <param name="LogProbability">The natural logarithm of its probability at temperature 1; 0 where it was not asked.</param>
/// <param name="Alternatives">The likeliest tokens with theirs, likeliest first.</param>
internal readonly record struct Token(int Id, float LogProbability, (int Id, float LogProbability)[] Alternatives);
