using Stillwatch.Range.House.Decoding;

namespace Stillwatch.Range.House.Serving;

/// <summary>How the house model is served.</summary>
internal sealed record HouseServerOptions
{
    /// <summary>The port on loopback; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>How many threads compute.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What it hands out of the reasoning.</summary>
    public Exposure Exposure { get; init; } = Exposure.Full;

    /// <summary>What draws tokens.</summary>
    public Sampler Sampler { get; init; } = Sampler.Plain;
}
