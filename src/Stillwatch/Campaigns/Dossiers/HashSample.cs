using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>
/// Counts of a sample of fingerprints: all of them while they are few, then those below a bound that halves as they grow (adaptive
/// sampling: Flajolet, "On adaptive sampling", Computing 1990). What is kept is counted in full, whatever the order.
/// </summary>
/// <param name="most">The most fingerprints that are kept.</param>
internal sealed class HashSample<TCount>(int most = 20_000)
    where TCount : struct
{
    private readonly Dictionary<ulong, TCount> _counts = [];
    private int _halvings;

    /// <summary>About how many different ones came.</summary>
    public double Distinct => _counts.Count * Math.Pow(2, _halvings);

    /// <summary>How many are kept.</summary>
    public int Kept => _counts.Count;

    /// <summary>What is kept.</summary>
    public IEnumerable<KeyValuePair<ulong, TCount>> Counts => _counts;

    /// <summary>Whether <paramref name="fingerprint"/> is kept.</summary>
    public bool Has(ulong fingerprint) => _counts.ContainsKey(fingerprint);

    /// <summary>Changes the count of <paramref name="fingerprint"/>, if it is in the sample.</summary>
    public void Add(ulong fingerprint, Func<TCount, TCount> change)
    {
        if (!Inside(fingerprint))
        {
            return;
        }

        _counts[fingerprint] = change(_counts.GetValueOrDefault(fingerprint));
        while (_counts.Count > most)
        {
            _halvings++;
            foreach (var gone in _counts.Keys.Where(key => !Inside(key)).ToList())
            {
                _counts.Remove(gone);
            }
        }
    }

    private bool Inside(ulong fingerprint) => _halvings == 0 || KeyedHash.Mix(fingerprint ^ 0x5bd1e995) >> (64 - _halvings) == 0;
}
