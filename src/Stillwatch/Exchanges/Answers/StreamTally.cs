using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Counts a stream as its events pass: the tokens that it reports and the bytes of its text, as <see cref="ResponseReader"/> counts them in
/// the body that the stream is put together to (<see cref="StreamToBody"/>), without putting it together. Where that could differ it says
/// so (<see cref="IsExact"/>).
/// </summary>
/// <remarks>
/// Most events of a stream differ from the one before in their text alone. Such a one is not parsed: all before its text and all behind it
/// stand there byte for byte, and between is a string without escapes.
/// </remarks>
internal sealed class StreamTally(WireFormat format)
{
    private static readonly SearchValues<byte> Special = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(b => (byte)b),
        (byte)'"',
        (byte)'\\',
    ]);

    private byte[] _like = [];
    private int _likeLength,
        _before,
        _behind; // the event to be like, and what stands there before and behind its text; no such event where its length is 0
    private int _texts,
        _textAt,
        _textLength; // of the event that is being counted
    private bool _isPlain,
        _isBegun;
    private TokenCounts _tokens = TokenCounts.None;

    /// <summary>The tokens that were reported.</summary>
    public TokenCounts Tokens
    {
        get => _tokens;
        set => (_tokens, _isPlain) = (value, false);
    }

    /// <summary>Bytes of text.</summary>
    public int OutputBytes { get; private set; }

    /// <summary>Whether the event was seen without which a dialect's stream has no body.</summary>
    public bool IsBegun
    {
        get => _isBegun;
        set => (_isBegun, _isPlain) = (value, false);
    }

    /// <summary>Events with data so far.</summary>
    public int Events { get; private set; }

    /// <summary>Whether all events so far were counted as the whole would be.</summary>
    public bool IsExact { get; private set; } = true;

    // Less deep than the whole may be: an event lies no deeper than the body that it becomes part of, and what is close to the bound is put
    // together.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = ExchangeLineReader.MostDepth - 4 };

    private bool _started;

    /// <summary>A reader of an event's data.</summary>
    public static Utf8JsonReader Reader(ReadOnlySpan<byte> data) => new(data, isFinalBlock: true, new JsonReaderState(Options));

    /// <summary>Counts the whole events that <paramref name="bytes"/> begin with.</summary>
    /// <returns>How many bytes they are.</returns>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        var events = new SseReader(bytes, isStart: !_started);
        var left = bytes.Length;
        while (events.Read())
        {
            left = events.Left;
            Events++;
            if (!IsLikeBefore(events.Data))
            {
                Count(events.Data);
            }
        }

        var whole = bytes.Length - left;
        _started |= whole > 0;
        IsExact &= Utf8.IsValid(bytes[..whole]);
        return whole;
    }

    /// <summary>Takes back what was counted: the stream has no body.</summary>
    public void Clear() => (_tokens, OutputBytes) = (TokenCounts.None, 0);

    /// <summary>Counts the string that <paramref name="reader"/> stands on as text.</summary>
    /// <returns>Whether it reads the same by itself as joined with others: no half of a character stands in it.</returns>
    public bool Text(ref Utf8JsonReader reader)
    {
        _texts++;
        (_textAt, _textLength) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        _isPlain &= !reader.ValueIsEscaped;
        OutputBytes += JsonText.Bytes(ref reader);
        return !reader.ValueIsEscaped || !HasHalf(reader.ValueSpan);
    }

    /// <summary>Counts the object that <paramref name="reader"/> stands on as a body; leaves it on the object's end.</summary>
    public void Body(ref Utf8JsonReader reader)
    {
        var (tokens, bytes) = ResponseReader.Read(ref reader);
        (Tokens, OutputBytes) = (tokens, OutputBytes + bytes);
    }

    private void Count(ReadOnlySpan<byte> data)
    {
        (_texts, _isPlain) = (0, true);
        try
        {
            IsExact &= format.Count(data, this);
        }
        catch (JsonException)
        {
            IsExact = false;
        }

        _likeLength = 0;
        if (IsExact && _isPlain && _texts == 1)
        {
            if (_like.Length < data.Length)
            {
                _like = new byte[data.Length * 2];
            }

            data.CopyTo(_like);
            (_likeLength, _before, _behind) = (data.Length, _textAt, data.Length - _textAt - _textLength);
        }
    }

    private bool IsLikeBefore(ReadOnlySpan<byte> data)
    {
        if (_likeLength == 0 || data.Length < _before + _behind || !data.StartsWith(_like.AsSpan(0, _before)))
        {
            return false;
        }

        var text = data.Length - _before - _behind;
        if (
            data.Slice(_before, text).ContainsAny(Special)
            || !data[(_before + text)..].SequenceEqual(_like.AsSpan(_likeLength - _behind, _behind))
        )
        {
            return false;
        }

        OutputBytes += text;
        return true;
    }

    /// <summary>Whether one of the escapes in <paramref name="raw"/> is half of a surrogate pair without its other half.</summary>
    private static bool HasHalf(ReadOnlySpan<byte> raw)
    {
        while (raw.IndexOf((byte)'\\') is >= 0 and var at)
        {
            raw = raw[(at + 1)..];
            if (
                raw[0] == 'u'
                && (raw[1] | 0x20) == 'd'
                && (raw[2] | 0x20) is (>= (byte)'8' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f')
            )
            {
                var isPair =
                    (raw[2] | 0x20) is (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b'
                    && raw.Length >= 9
                    && raw[5] == '\\'
                    && raw[6] == 'u'
                    && (raw[7] | 0x20) == 'd'
                    && (raw[8] | 0x20) is >= (byte)'c' and <= (byte)'f';
                if (!isPair)
                {
                    return true;
                }

                raw = raw[11..];
                continue;
            }

            raw = raw[1..];
        }

        return false;
    }
}
