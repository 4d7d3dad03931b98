using Stillwatch.Range.House.Serving;

namespace Stillwatch.App.Configuration;

/// <summary>How the house model is served, where it is the model server.</summary>
/// <param name="Reasoning">What it hands out of its reasoning.</param>
/// <param name="Threads">Threads that compute.</param>
internal sealed record HouseSettings(Exposure Reasoning, int Threads)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="UnusableInputException">A field is wrong; the message names it.</exception>
    public static HouseSettings Read(ConfigNode node) =>
        new(node["reasoning"].Choice(Exposure.Full), (int)node["threads"].Whole(Environment.ProcessorCount, 1, 256));
}
