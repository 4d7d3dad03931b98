using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>
/// Where a sample of different requests lie among topics: those with the lowest hashes, so that it is the same whatever the order.
/// </summary>
/// <param name="most">The most requests that are kept.</param>
internal sealed class TopicSample(int most)
{
    private readonly SortedDictionary<ulong, ExchangeFeatures.TopicVector> _kept = [];
    private ulong _highest;

    /// <summary>The topics, in the order of their hashes.</summary>
    public IReadOnlyCollection<ExchangeFeatures.TopicVector> Topics => _kept.Values;

    /// <summary>Takes a request.</summary>
    public void Add(in ExchangeFeatures features)
    {
        var hash = KeyedHash.Mix(features.Body);
        if (!features.HasText || (_kept.Count == most && hash >= _highest) || !_kept.TryAdd(hash, features.Topic))
        {
            return;
        }

        if (_kept.Count > most)
        {
            _kept.Remove(_highest);
            _highest = _kept.Keys.Last();
        }
        else
        {
            _highest = Math.Max(_highest, hash);
        }
    }
}
