using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Tests.Features;

/// <summary>Features of a prompt or a line, for the tests of this folder.</summary>
internal static class FeaturesOf
{
    public static ExchangeFeatures Prompt(string prompt) =>
        Line(
            """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","request":{"messages":[{"role":"user","content":"""
                + System.Text.Json.JsonSerializer.Serialize(prompt)
                + "}]}}"
        );

    public static ExchangeFeatures Line(string line, ITopicEmbedder? embedder = null)
    {
        var draft = new ExchangeDraft();
        var rejection = ExchangeLineReader.Read(Encoding.UTF8.GetBytes(line), draft);
        return rejection.Taken
            ? new FeatureExtractor(KeyedHash.ForScan) { Embedder = embedder }.Take(draft)
            : throw new InvalidOperationException(rejection.Detail);
    }
}
