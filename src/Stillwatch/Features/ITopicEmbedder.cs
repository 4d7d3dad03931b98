namespace Stillwatch.Features;

/// <summary>An embedder that a host puts in the place of the built-in one.</summary>
public interface ITopicEmbedder
{
    /// <summary>
    /// Embeds a prompt (UTF-8): a unit vector times 127; all zeros where there is nothing to embed. Must be deterministic.
    /// </summary>
    ExchangeFeatures.TopicVector Embed(ReadOnlySpan<byte> prompt);
}
