using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Stillwatch.Exchanges;

/// <summary>Takes the text of JSON strings as UTF-8, lone surrogates included.</summary>
/// <remarks>
/// <c>Utf8JsonReader.GetString</c> throws on <c>"\ud800"</c>, which passes the parser: a customer who puts one into every prompt would be
/// seen by the model and not by the watch. Here it becomes U+FFFD, as every tokenizer makes of it.
/// </remarks>
internal static class JsonText
{
    private const int LongestName = 48;

    /// <summary>A reader of a text that is whole, as deep as an exchange-log line may be.</summary>
    public static Utf8JsonReader Reader(ReadOnlySpan<byte> json) =>
        new(json, isFinalBlock: true, new JsonReaderState(new JsonReaderOptions { MaxDepth = ExchangeLineReader.MostDepth }));

    /// <summary>
    /// Whether the name or string that <paramref name="reader"/> stands on is <paramref name="text"/>, its escapes undone.
    /// </summary>
    /// <remarks><c>Utf8JsonReader.ValueTextEquals</c> throws on a lone surrogate, wherever a customer put it; this does not.</remarks>
    /// <param name="reader">Stands on a property name or a string.</param>
    /// <param name="text">At most 48 bytes of ASCII.</param>
    public static bool Is(this ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return raw.SequenceEqual(text);
        }

        if (raw.Length > text.Length * 6)
        {
            return false; // no escape is longer than six bytes for one
        }

        Span<byte> plain = stackalloc byte[LongestName * 6];
        return plain[..Unescape(raw, plain)].SequenceEqual(text);
    }

    /// <summary>Bytes of UTF-8 in the string that <paramref name="reader"/> stands on, its escapes undone.</summary>
    public static int Bytes(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return raw.Length;
        }

        var plain = ArrayPool<byte>.Shared.Rent(raw.Length + 1);
        var bytes = Unescape(raw, plain);
        ArrayPool<byte>.Shared.Return(plain);
        return bytes;
    }

    /// <summary>Appends the string that <paramref name="reader"/> stands on to <paramref name="draft"/>.</summary>
    public static ExchangeDraft.Slice Take(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        var raw = reader.ValueSpan;
        var room = draft.Room(raw.Length + 1);
        if (!reader.ValueIsEscaped)
        {
            raw.CopyTo(room);
            return draft.Keep(raw.Length);
        }

        return draft.Keep(Unescape(raw, room));
    }

    /// <summary>Writes <paramref name="raw"/> (valid JSON string content) without its escapes; never longer than it was.</summary>
    /// <returns>The bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> into)
    {
        var written = 0;
        while (true)
        {
            var next = raw.IndexOf((byte)'\\');
            if (next < 0)
            {
                raw.CopyTo(into[written..]);
                return written + raw.Length;
            }

            raw[..next].CopyTo(into[written..]);
            written += next;
            var kind = raw[next + 1];
            raw = raw[(next + 2)..];
            if (kind == 'u')
            {
                written += Rune(ref raw).EncodeToUtf8(into[written..]);
                continue;
            }

            into[written++] = kind switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'t' => (byte)'\t',
                (byte)'r' => (byte)'\r',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                _ => kind,
            };
        }
    }

    private static Rune Rune(ref ReadOnlySpan<byte> raw)
    {
        var high = Hex(raw[..4]);
        raw = raw[4..];
        if (System.Text.Rune.TryCreate(high, out var rune))
        {
            return rune;
        }

        if (
            char.IsHighSurrogate(high)
            && raw.Length >= 6
            && raw[0] == '\\'
            && raw[1] == 'u'
            && System.Text.Rune.TryCreate(high, Hex(raw.Slice(2, 4)), out rune)
        )
        {
            raw = raw[6..];
            return rune;
        }

        return System.Text.Rune.ReplacementChar;
    }

    private static char Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = value << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return (char)value;
    }
}
