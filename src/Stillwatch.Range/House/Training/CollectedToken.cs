namespace Stillwatch.Range.House.Training;

/// <summary>A token as log-probabilities name it.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="LogProbability">The natural logarithm of its probability.</param>
/// <param name="Top">What was likely in its place.</param>
internal sealed record CollectedToken(byte[] Bytes, float LogProbability, IReadOnlyList<CollectedToken> Top);
