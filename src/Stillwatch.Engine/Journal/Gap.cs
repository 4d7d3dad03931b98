using System.Buffers.Binary;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// The exchanges that could not be written since the journal last said so: the payload of a gap's frame. Under the journal's lock.
/// </summary>
internal sealed class Gap
{
    /// <summary>Bytes of the payload: how many (8), the times of the first and the last of them (8 each).</summary>
    public const int Bytes = 24;

    private long _count,
        _first,
        _last;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Counts one.</summary>
    public void Add(EventTime at)
    {
        _first = _count++ == 0 ? at.Micros : _first;
        _last = at.Micros;
    }

    /// <summary>Writes them down, and begins anew.</summary>
    public void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteInt64LittleEndian(payload, _count);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], _first);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], _last);
        _count = 0;
    }
}
