using System.Buffers;
using System.Text;

namespace Stillwatch.Gateway.Forward;

/// <summary>
/// The head of an HTTP/1.1 answer as far as it decides where the answer ends: read as RFC 9112 says and no more loosely. What two readers
/// could take for two different answers is an error.
/// </summary>
internal struct AnswerHead
{
    private const long MostLength = 1L << 50;

    /// <summary>The bytes that names of headers consist of (RFC 9110, 5.6.2).</summary>
    public static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8
    );

    /// <summary>The status, 100 to 599.</summary>
    public int Status { get; private set; }

    /// <summary>Bytes of the body; -1 where it does not say.</summary>
    public long Length { get; private set; }

    /// <summary>Whether the body comes in chunks; a length beside it does not count.</summary>
    public bool Chunked { get; private set; }

    /// <summary>Whether the connection may be used again.</summary>
    public bool KeepAlive { get; private set; }

    /// <summary>Whether a header concerns the framing, or this connection alone.</summary>
    public static bool IsFraming(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "content-length"u8)
        || Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8)
        || Ascii.EqualsIgnoreCase(name, "connection"u8);

    /// <summary>Reads a head.</summary>
    /// <param name="head">The status line and the headers, each with its CR LF, without the empty line.</param>
    /// <exception cref="UpstreamException">It is no head of an answer (<see cref="UpstreamFault.Malformed"/>).</exception>
    public static AnswerHead Read(ReadOnlySpan<byte> head)
    {
        // HTTP/1.1 200 OK: the reason may be missing, and the space before it as well
        if (
            head.Length < 14
            || !head.StartsWith("HTTP/1."u8)
            || head[7] is not ((byte)'0' or (byte)'1')
            || head[8] != ' '
            || head[9] is < (byte)'1' or > (byte)'5'
            || !char.IsAsciiDigit((char)head[10])
            || !char.IsAsciiDigit((char)head[11])
            || head[12] is not ((byte)' ' or (byte)'\r')
        )
        {
            throw Malformed("its answer does not begin as one of HTTP/1.1");
        }

        var answer = new AnswerHead
        {
            Status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0',
            Length = -1,
            KeepAlive = head[7] == '1',
        };
        if (HasControl(head[..head.IndexOf("\r\n"u8)]))
        {
            throw Malformed("the first line of its answer has a control character");
        }

        foreach (var line in new Lines(head))
        {
            answer.Take(line.Name, line.Value);
        }

        if (answer.Status is 204 or 304)
        {
            // These have no body, whatever they say of one; what says so is not asked a second time on this connection.
            answer.KeepAlive &= !answer.Chunked && (answer.Length <= 0 || answer.Status == 304);
            (answer.Length, answer.Chunked) = (0, false);
        }

        return answer;
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name.ContainsAnyExcept(NameBytes))
        {
            throw Malformed("a header of its answer has no name that HTTP knows");
        }

        if (HasControl(value))
        {
            throw Malformed("a header of its answer has a control character");
        }

        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            Length = Length < 0 ? Digits(value) : throw Malformed("its answer has two lengths");
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            Chunked =
                !Chunked && Ascii.EqualsIgnoreCase(value, "chunked"u8)
                    ? true
                    : throw Malformed("its answer has a transfer encoding other than chunked");
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            foreach (var range in value.Split((byte)','))
            {
                KeepAlive &= !Ascii.EqualsIgnoreCase(value[range].Trim(" \t"u8), "close"u8);
            }
        }
        else if (Ascii.EqualsIgnoreCase(name, "content-encoding"u8) && !Ascii.EqualsIgnoreCase(value, "identity"u8))
        {
            throw Malformed("its answer is compressed, though it was asked for a plain one");
        }
    }

    private static long Digits(ReadOnlySpan<byte> value)
    {
        long length = 0;
        foreach (var b in value)
        {
            length =
                b is >= (byte)'0' and <= (byte)'9' && length <= MostLength
                    ? length * 10 + b - '0'
                    : throw Malformed("its answer has no usable length");
        }

        return value.Length > 0 ? length : throw Malformed("its answer has no usable length");
    }

    private static bool HasControl(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (b is < 0x20 and not (byte)'\t' or 0x7F)
            {
                return true;
            }
        }

        return false;
    }

    private static UpstreamException Malformed(string why) => new(UpstreamFault.Malformed, why);

    /// <summary>The header lines of a head; a line without a colon has an empty name.</summary>
    public ref struct Lines(ReadOnlySpan<byte> head)
    {
        private ReadOnlySpan<byte> _rest = head[(head.IndexOf("\r\n"u8) + 2)..];

        /// <summary>The line.</summary>
        public Line Current { get; private set; }

        /// <summary>This.</summary>
        public readonly Lines GetEnumerator() => this;

        /// <summary>Goes on to the next line.</summary>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var end = _rest.IndexOf("\r\n"u8);
            var line = _rest[..end];
            _rest = _rest[(end + 2)..];
            var colon = line.IndexOf((byte)':');
            Current = colon <= 0 ? default : new Line { Name = line[..colon], Value = line[(colon + 1)..].Trim(" \t"u8) };
            return true;
        }
    }

    /// <summary>A header.</summary>
    public ref struct Line
    {
        /// <summary>Its name.</summary>
        public ReadOnlySpan<byte> Name;

        /// <summary>Its value, without the space around it.</summary>
        public ReadOnlySpan<byte> Value;
    }
}
