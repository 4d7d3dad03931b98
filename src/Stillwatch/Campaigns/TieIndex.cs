using System.Runtime.InteropServices;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns;

/// <summary>
/// Which accounts share which values, and what that ties: an inverted index from values to their holders, and the evidence between pairs.
/// </summary>
/// <remarks>
/// A newcomer to a value is held against at most <see cref="MostPartners"/> who hold it already, the latest ones; and the more hold a
/// value, the less it says. Both keep a carrier's address from costing or weighing much: work is linear in the values offered.
/// </remarks>
internal sealed class TieIndex(IReadOnlyList<float> linkBits)
{
    private const int MostPartners = 16;
    private const int CommonFrom = 8;   // holders; from here each doubling takes a bit

    private readonly Dictionary<ulong, List<int>> _holders = [];
    private readonly Dictionary<ulong, PairEvidence> _pairs = [];

    /// <summary>All pairs with evidence, unordered.</summary>
    public IEnumerable<(int First, int Second, PairEvidence Evidence)> Pairs =>
        _pairs.Select(pair => ((int)(pair.Key >> 32), (int)(uint)pair.Key, pair.Value));

    /// <summary>Account <paramref name="account"/> shows <paramref name="value"/> of link number <paramref name="link"/>, for the first time.</summary>
    /// <param name="account">The account.</param>
    /// <param name="link">The link's number.</param>
    /// <param name="family">The link's family.</param>
    /// <param name="value">The value, not 0.</param>
    /// <param name="shared">Receives each account that shares it: the bits that this says, and what all families together say.</param>
    public void Offer(int account, int link, LinkFamily family, ulong value, List<(int Other, float Bits, float Total)> shared)
    {
        ref var holders = ref CollectionsMarshal.GetValueRefOrAddDefault(_holders, KeyedHash.Fold((ulong)link + 1, value), out _);
        holders ??= [];
        var bits = linkBits[link] - (float)Math.Max(0, Math.Log2((holders.Count + 1.0) / CommonFrom));
        if (bits > 0)
        {
            for (var i = Math.Max(0, holders.Count - MostPartners); i < holders.Count; i++)
            {
                ref var evidence = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, Key(account, holders[i]), out _);
                evidence.Raise(family, link, bits);
                shared.Add((holders[i], bits, evidence.Total));
            }
        }

        holders.Add(account);
    }

    /// <summary>What ties <paramref name="first"/> and <paramref name="second"/>.</summary>
    public PairEvidence Between(int first, int second) => _pairs.GetValueOrDefault(Key(first, second));

    private static ulong Key(int a, int b) => (ulong)(uint)Math.Min(a, b) << 32 | (uint)Math.Max(a, b);
}
