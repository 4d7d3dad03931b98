namespace Stillwatch.Gateway.Forward;

/// <summary>
/// Takes the framing out of a chunked body, in place, as RFC 9112 §7.1 says and no more loosely: lines end in CR LF, sizes are hexadecimal
/// digits alone. Extensions are skipped, trailers dropped. State is kept between calls.
/// </summary>
internal struct ChunkDecoder
{
    private const int MostDigits = 12,
        MostExtension = 4096,
        MostTrailers = 16 * 1024;

    private enum At
    {
        Size,
        Extension,
        SizeEnd,
        Data,
        DataReturn,
        DataFeed,
        TrailerStart,
        TrailerName,
        Trailer,
        TrailerEnd,
        LastFeed,
        Done,
    }

    private At _at;
    private long _size;
    private int _digits;
    private int _skipped;

    /// <summary>Whether the last chunk was read.</summary>
    public readonly bool Ended => _at == At.Done;

    /// <summary>Whether it is not framed as the standard says.</summary>
    public bool Broken { get; private set; }

    /// <summary>Moves the data in <paramref name="bytes"/> to its start.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <param name="used">How many of them belong to the body: what is left behind its end belongs to nobody.</param>
    /// <returns>How many bytes of data there are.</returns>
    public int Decode(Span<byte> bytes, out int used)
    {
        var to = 0;
        var i = 0;
        while (i < bytes.Length && !Broken && _at != At.Done)
        {
            if (_at == At.Data)
            {
                var part = (int)Math.Min(_size, bytes.Length - i);
                bytes.Slice(i, part).CopyTo(bytes[to..]);
                to += part;
                i += part;
                _size -= part;
                _at = _size == 0 ? At.DataReturn : At.Data;
                continue;
            }

            Step(bytes[i++]);
        }

        used = i;
        return to;
    }

    private void Step(byte b)
    {
        switch (_at)
        {
            case At.Size when Digit(b) is >= 0 and var digit:
                _size = _size * 16 + digit;
                Broken |= ++_digits > MostDigits;
                break;
            case At.Size:
                Broken |= _digits == 0 || b is not ((byte)';' or (byte)'\r' or (byte)' ' or (byte)'\t');
                _at = b == '\r' ? At.SizeEnd : At.Extension;
                break;
            case At.Extension:
                Broken |= b == '\n' || ++_skipped > MostExtension;
                _at = b == '\r' ? At.SizeEnd : At.Extension;
                break;
            case At.SizeEnd:
                Broken |= b != '\n';
                _at = _size == 0 ? At.TrailerStart : At.Data;
                (_digits, _skipped) = (0, 0);
                break;
            case At.DataReturn:
                Broken |= b != '\r';
                _at = At.DataFeed;
                break;
            case At.DataFeed:
                Broken |= b != '\n';
                _at = At.Size;
                break;
            case At.TrailerStart when b == '\r':
                _at = At.LastFeed;
                break;
            case At.TrailerStart or At.TrailerName:
                Broken |= (b != ':' || _at == At.TrailerStart) && !AnswerHead.NameBytes.Contains(b) || ++_skipped > MostTrailers;
                _at = b == ':' ? At.Trailer : At.TrailerName;
                break;
            case At.Trailer:
                Broken |= b is < 0x20 and not ((byte)'\r' or (byte)'\t') or 0x7F || ++_skipped > MostTrailers;
                _at = b == '\r' ? At.TrailerEnd : At.Trailer;
                break;
            case At.TrailerEnd:
                Broken |= b != '\n';
                _at = At.TrailerStart;
                break;
            case At.LastFeed:
                Broken |= b != '\n';
                _at = At.Done;
                break;
        }
    }

    private static int Digit(byte b) =>
        b switch
        {
            >= (byte)'0' and <= (byte)'9' => b - '0',
            >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
            _ => -1,
        };
}
