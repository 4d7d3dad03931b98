namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Cuts a stream of server-sent events into events, as the standard says (WHATWG HTML §9.2.6): lines end with CR, LF or both; comments and
/// unknown fields are skipped; data lines are joined with LF; an event without a blank line behind it is none.
/// </summary>
internal ref struct SseReader
{
    private ReadOnlySpan<byte> _rest;
    private byte[]? _joined;

    /// <summary>Begins with <paramref name="stream"/>.</summary>
    /// <param name="stream">The stream, or some of it from an event's beginning on.</param>
    /// <param name="isStart">Whether it is the stream's start: a byte order mark there is none of it.</param>
    public SseReader(ReadOnlySpan<byte> stream, bool isStart = true) =>
        _rest = isStart && stream.StartsWith("\uFEFF"u8) ? stream[3..] : stream;

    /// <summary>The event's name; empty where it has none.</summary>
    public ReadOnlySpan<byte> Event { get; private set; }

    /// <summary>The event's data.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Bytes behind the event.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>Goes on to the next event that has data.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        Event = default;
        Data = default;
        var has = false;
        while (Line(out var line))
        {
            if (line.IsEmpty)
            {
                if (has)
                {
                    return true;
                }

                Event = default;
                continue;
            }

            var colon = line.IndexOf((byte)':');
            var name = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? default : line[(colon + 1)..];
            value = value.StartsWith(" "u8) ? value[1..] : value;
            if (name.SequenceEqual("data"u8))
            {
                Data = has ? Join(Data, value) : value;
                has = true;
            }
            else if (name.SequenceEqual("event"u8))
            {
                Event = value;
            }
        }

        Data = default;
        return false; // what has no blank line behind it was cut off
    }

    private bool Line(out ReadOnlySpan<byte> line)
    {
        var end = _rest.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
        {
            line = default;
            _rest = default;
            return false;
        }

        line = _rest[..end];
        _rest = _rest[(_rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n' ? end + 2 : end + 1)..];
        return true;
    }

    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + 1 + second.Length;
        if (_joined == null || _joined.Length < length || !first.Overlaps(_joined))
        {
            // Twice the room: an event of many lines must not be copied once for each.
            var joined = new byte[length * 2];
            first.CopyTo(joined);
            _joined = joined;
        }

        _joined[first.Length] = (byte)'\n';
        second.CopyTo(_joined.AsSpan(first.Length + 1));
        return _joined.AsSpan(0, length);
    }
}
