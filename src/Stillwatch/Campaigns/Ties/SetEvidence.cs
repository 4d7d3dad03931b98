using System.Numerics;
using System.Runtime.CompilerServices;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// What ties two sets of accounts: by link the most bits that a shared value weighed, and about how many values are shared.
/// </summary>
/// <remarks>A maximum and an "or" for each link: the order in which things become known does not matter.</remarks>
internal struct SetEvidence
{
    /// <summary>
    /// The most links that there can be. A million accounts have thirty million such pairs, of which each counts two bytes a link.
    /// </summary>
    public const int MostLinks = 16;

    private ByLink _links;

    private const float Scale = 4;
    private const int ToldApart = 3; // bits of a value's hash

    private struct Shared
    {
        public byte Bits; // in quarters, rounded down, 63 at the most
        public byte Values; // a bit for each eighth of the values
    }

    [InlineArray(MostLinks)]
    private struct ByLink
    {
        private Shared _first;
    }

    /// <summary>
    /// By link number <paramref name="link"/>: the most bits, 0 where it ties nothing, and how many values are shared, up to eight told
    /// apart.
    /// </summary>
    public readonly (float Bits, int Values) Of(int link) => (_links[link].Bits / Scale, BitOperations.PopCount(_links[link].Values));

    /// <summary>Notes that <paramref name="value"/> is shared by link number <paramref name="link"/>.</summary>
    /// <returns>Whether that says more than before.</returns>
    public bool Share(int link, float bits, ulong value) =>
        Raise(
            link,
            (byte)Math.Clamp(bits * Scale, 0, byte.MaxValue),
            (byte)(1 << (int)(Sketches.KeyedHash.Mix(value) >> (64 - ToldApart)))
        );

    /// <summary>Adds what ties another set to the same one.</summary>
    public void Merge(in SetEvidence other)
    {
        for (var link = 0; link < MostLinks; link++)
        {
            Raise(link, other._links[link].Bits, other._links[link].Values);
        }
    }

    private bool Raise(int link, byte bits, byte values)
    {
        ref var shared = ref _links[link];
        var rose = bits > shared.Bits || (values & ~shared.Values) != 0;
        shared.Bits = Math.Max(shared.Bits, bits);
        shared.Values |= values;
        return rose;
    }
}
