using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// The values that an account showed, by link: 32 bits each, of which four name the link. At most <see cref="MostOfLink"/> by one link: an
/// account that shows ever new values of a kind is tied by its first ones, and has room for all other kinds.
/// </summary>
internal sealed class ShownValues
{
    /// <summary>The most that are kept of one link.</summary>
    public const int MostOfLink = 32;

    /// <summary>The most values that can be kept.</summary>
    public const int Most = MostOfLink << LinkBits;

    private const int LinkBits = 4;

    private uint[] _marks = [];
    private int _count;

    /// <summary>Bytes that it takes.</summary>
    public int Bytes => _marks.Length * sizeof(uint);

    /// <summary>The marks, in the order in which the values were shown.</summary>
    public ReadOnlySpan<uint> Marks => _marks.AsSpan(0, _count);

    /// <summary>Writes them to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer) => writer.PutAll(Marks);

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader) => (_marks, _count) = (reader.GetAll<uint>(Most) is var marks ? marks : [], marks.Length);

    /// <summary>The link of a mark.</summary>
    public static int LinkOf(uint mark) => (int)(mark & ((1u << LinkBits) - 1));

    /// <summary>Adds <paramref name="value"/> of link number <paramref name="link"/>.</summary>
    /// <returns>Its mark; 0 where it is there already, or no more are kept.</returns>
    public uint Add(int link, ulong value)
    {
        // Of 32 values two come to one mark in one case of 500,000; the second then ties nothing.
        var mark = (uint)(KeyedHash.Fold((ulong)link + 1, value) >> 32) & ~((1u << LinkBits) - 1) | (uint)link;
        if (mark == 0 || Marks.Contains(mark) || OfLink(link) == MostOfLink)
        {
            return 0;
        }

        if (_count == _marks.Length)
        {
            Array.Resize(ref _marks, Math.Clamp(_marks.Length * 3 / 2, 8, Most));
        }

        _marks[_count++] = mark;
        return mark;
    }

    private int OfLink(int link)
    {
        var count = 0;
        foreach (var mark in Marks)
        {
            count += LinkOf(mark) == link ? 1 : 0;
        }

        return count;
    }
}
