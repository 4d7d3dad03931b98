using System.Numerics;
using System.Runtime.CompilerServices;

namespace Stillwatch.Campaigns;

/// <summary>What ties two sets of accounts: by link the most bits that a shared value weighed, and about how many values are shared.</summary>
/// <remarks>A maximum and an "or" for each link: the order in which things become known does not matter.</remarks>
internal struct SetEvidence
{
    /// <summary>The most links that there can be. A million accounts have thirty million such pairs, of which each counts four bytes a link.</summary>
    public const int MostLinks = 8;

    private ByLink _links;

    private const float Scale = 256;

    private struct Shared
    {
        public ushort Bits;     // in 256ths, rounded down
        public ushort Values;   // a bit for each sixteenth of the values
    }

    [InlineArray(MostLinks)]
    private struct ByLink { private Shared _first; }

    /// <summary>By link number <paramref name="link"/>: the most bits, 0 where it ties nothing, and how many values are shared, up to sixteen told apart.</summary>
    public readonly (float Bits, int Values) Of(int link) => (_links[link].Bits / Scale, BitOperations.PopCount(_links[link].Values));

    /// <summary>Notes that <paramref name="value"/> is shared by link number <paramref name="link"/>.</summary>
    /// <returns>Whether that says more than before.</returns>
    public bool Share(int link, float bits, ulong value) =>
        Raise(link, (ushort)Math.Clamp(bits * Scale, 0, ushort.MaxValue), (ushort)(1 << (int)(Sketches.KeyedHash.Mix(value) >> 60)));

    /// <summary>Adds what ties another set to the same one.</summary>
    public void Merge(in SetEvidence other)
    {
        for (var link = 0; link < MostLinks; link++)
        {
            Raise(link, other._links[link].Bits, other._links[link].Values);
        }
    }

    private bool Raise(int link, ushort bits, ushort values)
    {
        ref var shared = ref _links[link];
        var rose = bits > shared.Bits || (values & ~shared.Values) != 0;
        shared.Bits = Math.Max(shared.Bits, bits);
        shared.Values |= values;
        return rose;
    }
}
