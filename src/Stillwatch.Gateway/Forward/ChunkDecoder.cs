namespace Stillwatch.Gateway.Forward;

/// <summary>Takes the framing out of a chunked body, in place. State is kept between calls. Extensions are skipped, trailers dropped.</summary>
internal struct ChunkDecoder
{
    private const long MostChunk = 1L << 40;

    private enum At
    {
        Size, Extension, Data, DataEnd, TrailerStart, Trailer, Done,
    }

    private At _at;
    private long _size;
    private int _digits;

    /// <summary>Whether the last chunk was read.</summary>
    public readonly bool Ended => _at == At.Done;

    /// <summary>Whether it is not framed as the standard says.</summary>
    public bool Broken { get; private set; }

    /// <summary>Moves the data in <paramref name="bytes"/> to its start.</summary>
    /// <returns>How many bytes of data there are.</returns>
    public int Decode(Span<byte> bytes)
    {
        var to = 0;
        for (var i = 0; i < bytes.Length && !Broken && _at != At.Done;)
        {
            if (_at == At.Data)
            {
                var part = (int)Math.Min(_size, bytes.Length - i);
                bytes.Slice(i, part).CopyTo(bytes[to..]);
                to += part;
                i += part;
                _size -= part;
                _at = _size == 0 ? At.DataEnd : At.Data;
                continue;
            }

            Step(bytes[i++]);
        }

        return to;
    }

    private void Step(byte b)
    {
        switch (_at)
        {
            case At.Size when Digit(b) is >= 0 and var digit:
                _size = _size * 16 + digit;
                _digits++;
                Broken |= _size > MostChunk;
                break;
            case At.Size or At.Extension when b == '\n':
                Broken |= _digits == 0;
                _at = _size == 0 ? At.TrailerStart : At.Data;
                _digits = 0;
                break;
            case At.Size:
                Broken |= b is not ((byte)';' or (byte)'\r' or (byte)' ' or (byte)'\t');
                _at = b == '\r' ? At.Size : At.Extension;
                break;
            case At.Extension:
                break;
            case At.DataEnd:
                Broken |= b is not ((byte)'\r' or (byte)'\n');
                _at = b == '\n' ? At.Size : At.DataEnd;
                break;
            case At.TrailerStart:
                _at = b == '\n' ? At.Done : b == '\r' ? At.TrailerStart : At.Trailer;
                break;
            case At.Trailer:
                _at = b == '\n' ? At.TrailerStart : At.Trailer;
                break;
        }
    }

    private static int Digit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
