using System.Runtime.CompilerServices;

namespace Stillwatch.Campaigns.Ties;

/// <summary>What ties two accounts: the best link of each family. Families add up, links of one family do not.</summary>
internal struct PairEvidence
{
    private Bits _bits;
    private Indexes _links; // which link gave them

    [InlineArray(LinkId.Families)]
    private struct Bits
    {
        private float _first;
    }

    [InlineArray(LinkId.Families)]
    private struct Indexes
    {
        private byte _first;
    }

    /// <summary>All families together, in bits.</summary>
    public readonly float Total => _bits[0] + _bits[1] + _bits[2] + _bits[3];

    /// <summary>The best link of <paramref name="family"/> and its bits; 0 bits where there is none.</summary>
    public readonly (int Link, float Bits) Best(int family) => (_links[family], _bits[family]);

    /// <summary>Takes <paramref name="bits"/> by link number <paramref name="link"/> where they are more than before.</summary>
    public void Raise(LinkFamily family, int link, float bits)
    {
        if (bits > _bits[(int)family])
        {
            _bits[(int)family] = bits;
            _links[(int)family] = (byte)link;
        }
    }
}
