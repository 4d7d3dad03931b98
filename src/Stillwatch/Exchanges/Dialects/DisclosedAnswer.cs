namespace Stillwatch.Exchanges.Dialects;

/// <summary>What is sent in a model's place, whole.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">The body's type: JSON, or a stream of events.</param>
/// <param name="Body">The body; of a stream all its events, the end mark included.</param>
internal readonly record struct DisclosedAnswer(int Status, string ContentType, byte[] Body);
