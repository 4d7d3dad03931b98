using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Writes a JSON object without what its shape does not know and without what is stripped; every byte else as it came, the space between
/// fields too. Of two fields of one name both are judged, so that it does not matter which of them a reader takes.
/// </summary>
/// <remarks>One thread at a time; what it holds is that of the last <see cref="Cut"/>.</remarks>
internal sealed class CutJson(Capability strip)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = ExchangeLineReader.MostDepth };

    private readonly List<TextSlot> _texts = [];
    private readonly List<ulong> _ended = [];
    private byte[] _bytes = new byte[1024];
    private int _length;
    private bool _says,
        _took,
        _isBody;

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The texts in it.</summary>
    public IReadOnlyList<TextSlot> Texts => _texts;

    /// <summary>The places whose text ends with it; 0 for all.</summary>
    public IReadOnlyList<ulong> Ended => _ended;

    /// <summary>What was stripped, of this and all before.</summary>
    public Capability Found { get; private set; }

    /// <summary>Whether it says anything besides its texts and what frames them.</summary>
    public bool Says => _says;

    /// <summary>Whether something that said something was taken from it.</summary>
    public bool Took => _took;

    /// <summary>Whether it is left out where neither it nor a text in it says anything.</summary>
    public bool MayBeLeftOut { get; private set; }

    /// <summary>How many content blocks before the one that it is about were left out.</summary>
    public int BlocksBefore { get; set; }

    /// <summary>Cuts one object.</summary>
    /// <param name="json">The bytes of it and no more.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="isBody">Whether it is a whole answer: that is never left out.</param>
    /// <returns>False where it is no JSON object. <see cref="Bytes"/> are empty where nothing is left of it.</returns>
    public bool Cut(ReadOnlySpan<byte> json, AnswerShape shape, bool isBody)
    {
        (_length, _says, _took, _isBody, MayBeLeftOut) = (0, false, false, isBody, false);
        _texts.Clear();
        _ended.Clear();
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            if (!Value(ref reader, json, shape, place: 0))
            {
                _length = 0;
            }

            if (reader.Read())
            {
                return false;
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes the value that the reader stands on and leaves it on its end.</summary>
    /// <returns>False where the shape takes none such, or nothing is left of it: then nothing was written.</returns>
    private bool Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, AnswerShape shape, ulong place)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                Write(json[start..(int)reader.BytesConsumed]);
                return true;
            case JsonTokenType.StartObject when shape.Mark != null:
                return Marked(ref reader, json, shape, place);
            case JsonTokenType.StartObject when shape.IsObject:
                return Object(ref reader, json, shape, place);
            case JsonTokenType.StartArray when shape.Items != null:
                return List(ref reader, json, shape.Items, place);
            case JsonTokenType.StartObject or JsonTokenType.StartArray when shape.IsAny:
                reader.Skip();
                _says |= reader.BytesConsumed - start > 2;
                Write(json[start..(int)reader.BytesConsumed]);
                return true;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                reader.Skip();
                _took = true;
                return false;
            case JsonTokenType.String when shape.IsText && (strip & Capability.Reasoning) != 0:
                _texts.Add(new(_length + 1, reader.ValueSpan.Length, place, shape.IsWhole));
                Write(json[start..(int)reader.BytesConsumed]);
                return true;
            case JsonTokenType.Number when shape.IsBlockIndex && BlocksBefore > 0 && reader.TryGetInt32(out var index):
                Write(Encoding.ASCII.GetBytes((index - BlocksBefore).ToString()));
                return true;
            case var _ when shape.IsScalar:
                _says |= !shape.IsFrame && reader.TokenType != JsonTokenType.False && !reader.ValueSpan.IsEmpty;
                if (shape.EndsText)
                {
                    _ended.Add(place);
                }

                Write(json[start..(int)reader.BytesConsumed]);
                return true;
            default:
                _took = true;
                return false;
        }
    }

    private bool Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, AnswerShape shape, ulong place)
    {
        var mark = Begin();
        (_says, _took) = (false, false);
        MayBeLeftOut = mark.Length == 0 ? shape.MayBeLeftOut && !_isBody : MayBeLeftOut;
        place = PlaceOf(reader, shape, place);
        Write("{"u8);
        var (end, any) = ((int)reader.BytesConsumed, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, before) = ((int)reader.TokenStartIndex, Begin());
            var child = shape.Find(ref reader);
            reader.Read();
            var stripped = child == null ? Capability.None : child.Carries & strip;
            if (child != null && (stripped == 0 || child.Instead != null))
            {
                Gap(json[end..name], any);
                Write(json[name..(int)reader.TokenStartIndex]);
                if (stripped == 0 ? Value(ref reader, json, child, place) : Replace(ref reader, json, child, stripped))
                {
                    any = true;
                }
                else
                {
                    Undo(before);
                }
            }
            else
            {
                Leave(ref reader, stripped);
            }

            end = (int)reader.BytesConsumed;
        }

        Write(json[end..(int)reader.BytesConsumed]);
        if (shape.EndsText)
        {
            _ended.Add(place);
        }

        return End(mark, shape);
    }

    /// <summary>An object of which a field tells the kind; where that stands twice, or nobody knows the kind, it is left out.</summary>
    private bool Marked(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, AnswerShape shape, ulong place)
    {
        var (kind, marks) = ((AnswerShape?)null, 0);
        var ahead = reader;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isMark = IsInAnyLetters(ref ahead, shape.Mark);
            ahead.Read();
            if (isMark && ahead.TokenType is not (JsonTokenType.False or JsonTokenType.Null))
            {
                marks++;
                kind = ahead.TokenType == JsonTokenType.String ? shape.Kind(ref ahead) : shape.Types.GetValueOrDefault("true");
            }

            ahead.Skip();
        }

        kind = marks == 0 ? shape.Types.GetValueOrDefault("") : kind;
        if (kind != null && marks < 2 && (kind.Carries & strip) == 0)
        {
            return Object(ref reader, json, kind, place);
        }

        Leave(ref reader, kind == null ? Capability.None : kind.Carries & strip);
        return false;
    }

    /// <summary>A mark in other letters is one too: who takes names without regard to case reads it.</summary>
    private static bool IsInAnyLetters(ref Utf8JsonReader name, ReadOnlySpan<byte> mark)
    {
        Span<byte> plain = stackalloc byte[96];
        return name.ValueSpan.Length < plain.Length
            && (
                name.ValueIsEscaped
                    ? Ascii.EqualsIgnoreCase(plain[..JsonText.Unescape(name.ValueSpan, plain)], mark)
                    : Ascii.EqualsIgnoreCase(name.ValueSpan, mark)
            );
    }

    private bool List(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, AnswerShape items, ulong place)
    {
        Write("["u8);
        var (end, any) = ((int)reader.BytesConsumed, false);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var before = Begin();
            Gap(json[end..(int)reader.TokenStartIndex], any);
            if ((items.Carries & strip) == 0 && Value(ref reader, json, items, place))
            {
                any = true;
            }
            else
            {
                if ((items.Carries & strip) != 0)
                {
                    Leave(ref reader, items.Carries & strip);
                }

                Undo(before);
            }

            end = (int)reader.BytesConsumed;
        }

        Write(json[end..(int)reader.BytesConsumed]);
        return true;
    }

    private bool Replace(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, AnswerShape shape, Capability stripped)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.Null)
        {
            Write("null"u8);
            return true;
        }

        Leave(ref reader, stripped);
        Write(Encoding.ASCII.GetBytes(shape.Instead!));
        _took |= !json[start..(int)reader.BytesConsumed].SequenceEqual(Encoding.ASCII.GetBytes(shape.Instead!));
        return true;
    }

    /// <summary>Skips a value that does not pass; what says nothing, such as an empty list, is not counted as found.</summary>
    private void Leave(ref Utf8JsonReader reader, Capability stripped)
    {
        var start = reader.TokenStartIndex;
        var isNothing = reader.TokenType == JsonTokenType.Null;
        reader.Skip();
        isNothing |= reader.TokenType != JsonTokenType.Number && reader.BytesConsumed - start <= 2;
        Found |= isNothing ? Capability.None : stripped;
        _took |= !isNothing;
    }

    /// <summary>Which text of an answer this is, by the numbers beside it.</summary>
    private static ulong PlaceOf(Utf8JsonReader reader, AnswerShape shape, ulong place)
    {
        if (shape.Places.Count == 0)
        {
            return place;
        }

        place++; // 0 is all of the answer
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var which = -1;
            for (var i = 0; i < shape.Places.Count; i++)
            {
                which = reader.Is(shape.Places[i]) ? i : which;
            }

            reader.Read();
            if (which >= 0 && !reader.ValueSpan.SequenceEqual("0"u8)) // who counts from 0 may leave out the first number
            {
                place += XxHash3.HashToUInt64(reader.ValueSpan, which + 1);
            }

            reader.Skip();
        }

        return place;
    }

    private void Gap(ReadOnlySpan<byte> gap, bool any)
    {
        var comma = any ? -1 : gap.IndexOf((byte)',');
        Write(comma < 0 ? gap : gap[..comma]);
        Write(comma < 0 ? default : gap[(comma + 1)..]);
    }

    private (int Length, int Texts, int Ended, bool Says, bool Took) Begin() => (_length, _texts.Count, _ended.Count, _says, _took);

    private void Undo((int Length, int Texts, int Ended, bool Says, bool Took) mark)
    {
        _length = mark.Length;
        _texts.RemoveRange(mark.Texts, _texts.Count - mark.Texts);
        _ended.RemoveRange(mark.Ended, _ended.Count - mark.Ended);
        _says = mark.Says;
    }

    private bool End((int Length, int Texts, int Ended, bool Says, bool Took) mark, AnswerShape shape)
    {
        var stays = _says || !_took || !shape.MayBeLeftOut || _texts.Count > mark.Texts || _isBody && mark.Length == 0;
        (_says, _took) = (_says || mark.Says, _took || mark.Took);
        return stays;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < _length + bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + bytes.Length, 2 * _bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
