using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Finds the end of a stream of events as its bytes pass, line by line and without parsing: <c>[DONE]</c>, <c>message_stop</c>,
/// <c>response.completed</c>. What is held back until the record is safe begins at the line that says so.
/// </summary>
internal struct StreamEnd(WireFormat format)
{
    private const int Kept = 64;

    private LineStart _line;
    private int _length;
    private bool _afterReturn;
    private bool _pending;
    private bool _returnsAndFeeds; // its lines end in both: then its end comes with the second

    [System.Runtime.CompilerServices.InlineArray(Kept)]
    private struct LineStart
    {
        private byte _first;
    }

    /// <summary>Events with data so far.</summary>
    public int Events { get; private set; }

    /// <summary>Whether the line that ends the stream was seen.</summary>
    public bool Seen { get; private set; }

    /// <summary>Whether the event that ends it is complete: nothing more is expected.</summary>
    public bool Complete { get; private set; }

    /// <summary>Whether the stream told of an error.</summary>
    public bool Error { get; private set; }

    /// <summary>Looks at the next bytes.</summary>
    /// <returns>How many of them may go on: all, or those before the line that ends the stream.</returns>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        if (Seen)
        {
            Rest(bytes);
            return 0;
        }

        var start = 0;
        while (start < bytes.Length)
        {
            var rest = bytes[start..];
            if (_afterReturn && rest[0] == '\n')
            {
                (_afterReturn, _returnsAndFeeds) = (false, true);
                start++;
                continue;
            }

            _afterReturn = false;
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            var part = end < 0 ? rest : rest[..end];
            Keep(part);
            if (end < 0)
            {
                break;
            }

            _afterReturn = rest[end] == '\r';
            // Counted here and not where a line is judged: a line that is still open is judged again and again.
            Events += ((ReadOnlySpan<byte>)_line)[.._length].StartsWith("data:"u8) ? 1 : 0;
            if (Ends())
            {
                Seen = true;
                _length = 0;
                Rest(rest[(end + 1)..]);
                return start;
            }

            _length = 0;
            start += end + 1;
        }

        // A last line without an end may be the one: some servers close right behind [DONE].
        if (_length > 0 && _length == Math.Min(Kept, bytes.Length - start) && Ends())
        {
            return start;
        }

        return bytes.Length;
    }

    /// <summary>Whether the last line, without an end, ends the stream.</summary>
    public bool EndsOpen => _length > 0 && Ends();

    private void Keep(ReadOnlySpan<byte> part)
    {
        var room = Math.Min(Kept - _length, part.Length);
        if (room > 0)
        {
            part[..room].CopyTo(((Span<byte>)_line)[_length..]);
            _length += room;
        }
    }

    private void Rest(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is (byte)'\n' or (byte)'\r')
            {
                if (_afterReturn && b == '\n')
                {
                    (_afterReturn, _returnsAndFeeds) = (false, true);
                    Complete |= _pending;
                    continue;
                }

                _pending = _length == 0 && b == '\r' && _returnsAndFeeds;
                Complete |= _length == 0 && !_pending;
                _length = 0;
                _afterReturn = b == '\r';
            }
            else
            {
                _length = 1;
                _afterReturn = false;
            }
        }
    }

    private bool Ends()
    {
        ReadOnlySpan<byte> line = ((ReadOnlySpan<byte>)_line)[.._length];
        if (line.StartsWith("data:"u8))
        {
            line = line[5..];
            line = line.StartsWith(" "u8) ? line[1..] : line;
            return Means(format.OfData(line));
        }

        if (!line.StartsWith("event:"u8))
        {
            return false;
        }

        line = line[6..];
        line = line.StartsWith(" "u8) ? line[1..] : line;
        return Means(format.OfEvent(line));
    }

    private bool Means(StreamMark mark)
    {
        Error |= (mark & StreamMark.Error) != 0;
        return (mark & StreamMark.End) != 0;
    }
}
