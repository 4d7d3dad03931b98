using System.Buffers.Binary;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// The exchanges that could not be written since the journal last said so: the payload of a gap's frame. Under the journal's lock.
/// </summary>
internal sealed class Gap
{
    private const int Bytes = 24; // how many (8), the times of the first and the last of them (8 each)

    private long _count,
        _first,
        _last;

    /// <summary>Counts one.</summary>
    public void Add(EventTime at)
    {
        _first = _count++ == 0 ? at.Micros : _first;
        _last = at.Micros;
    }

    /// <summary>Has the journal itself say what it lacks, and begins anew.</summary>
    /// <returns>Whether it wrote anything: not where nothing lacks or <paramref name="segment"/> has no room.</returns>
    public bool WriteTo(Segment segment)
    {
        if (_count == 0 || !segment.TryReserve(Bytes, FrameKind.Gap, out var room) || room.Segment == null)
        {
            return false;
        }

        var payload = room.Payload(Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(payload, _count);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], _first);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], _last);
        _count = 0;
        room.Commit(FrameKind.Gap, Frame.Check(FrameKind.Gap, payload));
        return true;
    }
}
