using Stillwatch.Features;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>
/// What all customers ask, as a histogram over cells of topic and capability: the measure of how much of the model's behaviour a set of
/// exchanges covers. A cell counts as covered from the first exchange in it, so that the share is an upper estimate of what a student could
/// imitate and a fair one of where it was looked.
/// </summary>
public sealed class Behaviour
{
    private const int TopicBits = 8;
    private readonly Dictionary<int, long> _counts = [];
    private long _all;

    /// <summary>Takes anybody's exchange.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        _all++;
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, Cell(features), out _)++;
    }

    /// <summary>The share of all exchanges that lie in <paramref name="cells"/>.</summary>
    public double Share(IReadOnlySet<int> cells) => _all == 0 ? 0 : cells.Sum(cell => _counts.GetValueOrDefault(cell)) / (double)_all;

    /// <summary>The cell of an exchange: the cell of its topic, and the capabilities that it shows.</summary>
    public static int Cell(in ExchangeFeatures features) => features.TopicCell(TopicBits) << 9 | ShownCapabilities.Of(features);
}
