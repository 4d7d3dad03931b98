using System.Runtime.InteropServices;
using Stillwatch.Features;

namespace Stillwatch.Engine.Watching;

/// <summary>The exchanges of one subject in one tick: features, never text, as their bytes. A message between grains.</summary>
[GenerateSerializer]
[Immutable]
[Alias("stillwatch.tick-exchanges/1")]
internal sealed class TickExchanges(byte[] features)
{
    /// <summary>A tick in which a subject did nothing.</summary>
    public static TickExchanges None { get; } = new([]);

    [Id(0)]
    private readonly byte[] _features = features;

    /// <summary>In the order in which they came.</summary>
    public ReadOnlySpan<ExchangeFeatures> Exchanges => MemoryMarshal.Cast<byte, ExchangeFeatures>(_features);

    /// <summary>Takes a copy of <paramref name="exchanges"/>.</summary>
    public static TickExchanges Of(ReadOnlySpan<ExchangeFeatures> exchanges) =>
        exchanges.IsEmpty ? None : new(MemoryMarshal.AsBytes(exchanges).ToArray());
}
