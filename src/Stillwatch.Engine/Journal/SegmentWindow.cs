using Microsoft.Win32.SafeHandles;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// The stretch of a segment that a reader has in memory: what it read last and some of what lies before, where the beginnings of exchanges
/// are found that end there. Not thread-safe; what it hands out is valid until it reads again.
/// </summary>
/// <param name="atOnce">Bytes that are read at once: many where all is read, few where most is stepped over.</param>
internal sealed class SegmentWindow(int atOnce)
{
    /// <summary>For who reads all.</summary>
    public const int All = 1 << 20;

    /// <summary>For who reads heads and steps over the rest.</summary>
    public const int Heads = 8 << 10;

    private byte[] _bytes = new byte[2 * atOnce];
    private int _segment;
    private long _start;
    private int _length;

    /// <summary>Bytes of a segment, where they are in memory.</summary>
    public bool TryGet(int segment, long offset, int length, out ReadOnlySpan<byte> bytes)
    {
        var isHere = _segment == segment && offset >= _start && offset + length <= _start + _length;
        bytes = isHere ? _bytes.AsSpan((int)(offset - _start), length) : default;
        return isHere;
    }

    /// <summary>Bytes of a segment, read on in large pieces; fewer at its end.</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="segment">Its number.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="length">How many.</param>
    /// <param name="end">Nothing is read from there on.</param>
    public ReadOnlySpan<byte> Read(SafeFileHandle file, int segment, long offset, int length, long end)
    {
        if (TryGet(segment, offset, length, out var bytes))
        {
            return bytes;
        }

        if (_segment != segment || offset < _start || offset > _start + _length)
        {
            (_segment, _start, _length) = (segment, offset, 0);
        }

        MakeRoom(offset, length);
        var from = _start + _length;
        var most = Math.Min(Math.Min(_bytes.Length - _length, Math.Max(atOnce, length)), end - from);
        if (most > 0)
        {
            _length += RandomAccess.Read(file, _bytes.AsSpan(_length, (int)most), from);
        }

        var here = (int)(offset - _start);
        return _bytes.AsSpan(here, Math.Max(0, Math.Min(length, _length - here)));
    }

    /// <summary>Reads anew what lies from <paramref name="offset"/> on when it is next asked for: it is still being written.</summary>
    public void ForgetFrom(long offset) => _length = (int)Math.Clamp(offset - _start, 0, _length);

    private void MakeRoom(long offset, int length)
    {
        var here = (int)(offset - _start);
        if (here + Math.Max(length, atOnce / 4) <= _bytes.Length)
        {
            return;
        }

        var dropped = Math.Max(0, here - atOnce / 2);
        var kept = _bytes.AsSpan(dropped, _length - dropped);
        if (here - dropped + length > _bytes.Length)
        {
            var larger = new byte[Math.Max(here - dropped + length, _bytes.Length * 2)];
            kept.CopyTo(larger);
            _bytes = larger;
        }
        else
        {
            kept.CopyTo(_bytes);
        }

        _start += dropped;
        _length -= dropped;
    }
}
