using System.Runtime.CompilerServices;

namespace Stillwatch.Campaigns;

/// <summary>What ties two sets of accounts: by family the strongest link, and up to eight different values that they share by it.</summary>
internal struct SetEvidence
{
    /// <summary>How many shared values of a family are told apart.</summary>
    public const int MostValues = 8;

    private ByFamily _families;

    private struct Shared
    {
        public float Bits;
        public byte Link;
        public byte Count;
        public Held Values;
    }

    [InlineArray(MostValues)]
    private struct Held { private ulong _first; }

    [InlineArray(LinkId.Families)]
    private struct ByFamily { private Shared _first; }

    /// <summary>Of family number <paramref name="family"/>: its strongest link with its bits, 0 where there is none, and how many values are shared by it.</summary>
    public readonly (int Link, float Bits, int Values) Of(int family) => (_families[family].Link, _families[family].Bits, _families[family].Count);

    /// <summary>Notes that <paramref name="value"/> is shared by link number <paramref name="link"/>.</summary>
    /// <returns>Whether that says more than before.</returns>
    public bool Share(int family, int link, float bits, ulong value)
    {
        ref var shared = ref _families[family];
        if (shared.Count == 0 || (link != shared.Link && bits > shared.Bits))
        {
            shared = new Shared { Bits = bits, Link = (byte)link, Count = 1 };
            shared.Values[0] = value;
            return true;
        }

        if (link != shared.Link || Holds(shared, value))
        {
            return false;
        }

        var rose = bits > shared.Bits;
        shared.Bits = Math.Max(shared.Bits, bits);
        if (shared.Count < MostValues)
        {
            shared.Values[shared.Count++] = value;
            rose = true;
        }

        return rose;
    }

    /// <summary>Adds what ties another set to the same one.</summary>
    public void Merge(in SetEvidence other)
    {
        for (var family = 0; family < LinkId.Families; family++)
        {
            ref readonly var theirs = ref other._families[family];
            for (var i = 0; i < theirs.Count; i++)
            {
                Share(family, theirs.Link, theirs.Bits, theirs.Values[i]);
            }
        }
    }

    private static bool Holds(in Shared shared, ulong value)
    {
        for (var i = 0; i < shared.Count; i++)
        {
            if (shared.Values[i] == value)
            {
                return true;
            }
        }

        return false;
    }
}
