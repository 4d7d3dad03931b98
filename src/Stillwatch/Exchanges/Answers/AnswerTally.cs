using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Counts an answer as it passes, in pieces of any size: the tokens that it reports, and the bytes of its text. What it says at the end is
/// what <see cref="ExchangeRecordReader"/> says of the whole; where it cannot say so without the whole, it says that. It holds no more than
/// one event or one JSON token; of a string that is too long it lets go. Not thread-safe.
/// </summary>
internal sealed class AnswerTally(WireFormat format, bool isStream)
{
    private const int MostOfEvent = 16 << 20,
        MostOfToken = 1 << 20;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = ExchangeLineReader.MostDepth - 2 };

    private readonly StreamTally? _stream = isStream ? new(format) : null;
    private BodyCounts _body = new(depth: 0);
    private JsonReaderState _state = new(Options);
    private byte[] _held = [];
    private int _heldLength;
    private bool _begun,
        _isNone,
        _tooMuch;
    private bool _skips,
        _escaped,
        _skipped; // inside a string that is too long to be held; behind a backslash in it; whether there was one

    /// <summary>What was counted so far.</summary>
    public AnswerCounts Counts =>
        _isNone ? AnswerCounts.None
        : _stream != null ? new(_stream.Tokens, _stream.OutputBytes)
        : new(_body.Tokens, _body.OutputBytes);

    /// <summary>Takes the next piece.</summary>
    public void Feed(ReadOnlySpan<byte> piece) => Take(piece, last: false);

    /// <summary>Takes the last piece.</summary>
    /// <returns>Whether what was counted is what the whole says.</returns>
    public bool Finish(ReadOnlySpan<byte> piece)
    {
        Take(piece, last: true);
        if (_stream == null)
        {
            return !_skipped;
        }

        return !_tooMuch && _stream.IsExact && format.Ends(_stream);
    }

    private void Take(ReadOnlySpan<byte> piece, bool last)
    {
        if (_tooMuch || _isNone)
        {
            return;
        }

        if (_skips)
        {
            piece = Skip(piece);
        }

        if (_heldLength == 0)
        {
            Hold(piece[Count(piece, last)..]);
            return;
        }

        // What is held is the beginning of one event or one token: the piece has the rest of it.
        Append(piece);
        var whole = _held.AsSpan(0, _heldLength);
        var used = Count(whole, last);
        whole[used..].CopyTo(_held);
        _heldLength -= used;
        Bound();
    }

    /// <summary>
    /// Holds no more than the bound: of an event too long nothing is counted any more, of a string too long the middle is let go.
    /// </summary>
    private void Bound()
    {
        if (_stream != null)
        {
            _tooMuch |= _heldLength > MostOfEvent;
            return;
        }

        var quote = _heldLength > MostOfToken ? _held.AsSpan(0, _heldLength).IndexOf((byte)'"') : -1;
        if (quote >= 0)
        {
            var inside = _held.AsSpan(quote + 1, _heldLength - quote - 1);
            var backslashes = inside.Length - inside.TrimEnd((byte)'\\').Length;
            (_skips, _skipped, _escaped, _heldLength) = (true, true, backslashes % 2 == 1, quote + 1);
        }
    }

    /// <summary>What is left of a piece behind the end of the string that is let go, its quote first; nothing where it goes on.</summary>
    private ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            if (_escaped)
            {
                _escaped = false;
            }
            else if (piece[i] == '\\')
            {
                _escaped = true;
            }
            else if (piece[i] == '"')
            {
                _skips = false;
                return piece[i..];
            }
        }

        return [];
    }

    private int Count(ReadOnlySpan<byte> bytes, bool last)
    {
        if (_stream != null)
        {
            return _stream.Feed(bytes);
        }

        var reader = new Utf8JsonReader(bytes, last, _state);
        try
        {
            while (reader.Read())
            {
                if (!_begun)
                {
                    _isNone = reader.TokenType != JsonTokenType.StartObject;
                    if (_isNone)
                    {
                        return bytes.Length;
                    }

                    _begun = true;
                    continue;
                }

                _body.Take(ref reader);
            }
        }
        catch (JsonException)
        {
            _isNone = true; // not one object: nothing is counted of it
            return bytes.Length;
        }

        _state = reader.CurrentState;
        var used = (int)reader.BytesConsumed;
        _isNone |= !Utf8.IsValid(bytes[..used]) || last && !_begun;
        return used;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        _heldLength = 0;
        Append(bytes);
        Bound();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_held.Length < _heldLength + bytes.Length)
        {
            Array.Resize(ref _held, Math.Max(_heldLength + bytes.Length, _held.Length * 2));
        }

        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += bytes.Length;
    }
}
