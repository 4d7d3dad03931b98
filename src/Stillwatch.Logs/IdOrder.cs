using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Stillwatch.Logs;

/// <summary>
/// What of an id is kept to put exchanges of one time in order: its first 32 bytes, big-endian, so that comparing the numbers compares the
/// bytes (ordinal). Ids that are alike for longer are put in the order of their fingerprints.
/// </summary>
[InlineArray(4)]
internal struct IdOrder
{
    private ulong _first;

    /// <summary>The order of <paramref name="id"/>, in UTF-8.</summary>
    public static IdOrder Of(ReadOnlySpan<byte> id)
    {
        Span<byte> padded = stackalloc byte[32];
        padded.Clear();
        id[..Math.Min(id.Length, padded.Length)].CopyTo(padded);
        var order = default(IdOrder);
        for (var i = 0; i < 4; i++)
        {
            order[i] = BinaryPrimitives.ReadUInt64BigEndian(padded[(i * 8)..]);
        }

        return order;
    }

    /// <summary>Compares two ids.</summary>
    public static int Compare(in IdOrder a, in IdOrder b)
    {
        for (var i = 0; i < 4; i++)
        {
            var order = a[i].CompareTo(b[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
