using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Sketches;

namespace Stillwatch.Exchanges.Requests;

/// <summary>
/// Reads the body of a request in any of the dialects: its text with the speakers, and the shape that the client's program gave it, for the
/// watch; and what it asks for, for the gateway to judge (<see cref="RequestFacts"/>). It is one reading: what is judged is what is
/// watched.
/// </summary>
internal static class RequestReader
{
    /// <summary>The field number of a body that was no JSON.</summary>
    public const byte RawField = 255;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = RequestFacts.MostDepth };

    /// <summary>The body without a byte order mark: some servers read past it, and so do the gateway and the watch.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    /// <summary>
    /// Reads a whole body into <paramref name="draft"/>, which is empty; one that is not one JSON object in UTF-8 is taken as the bytes
    /// that it is.
    /// </summary>
    /// <param name="body">The body as it came.</param>
    /// <param name="format">The API by which it is judged; null where nobody judges.</param>
    /// <param name="draft">What is filled.</param>
    /// <returns>What it asks for.</returns>
    public static RequestFacts Read(ReadOnlySpan<byte> body, WireFormat? format, ExchangeDraft draft)
    {
        body = WithoutMark(body);
        var facts = RequestFacts.None;
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            if (Utf8.IsValid(body) && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                Read(ref reader, format, draft, ref facts);
                if (!reader.Read())
                {
                    facts.IsObject = true;
                    return facts;
                }
            }
        }
        catch (JsonException)
        {
            // Not one object.
        }

        draft.Clear(); // what was read of it before it broke
        body.CopyTo(draft.Room(body.Length));
        draft.AddRaw(draft.Keep(body.Length));
        return RequestFacts.None;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands on, which nobody judges; leaves it on the object's end.</summary>
    public static void Read(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        RequestFacts none = default;
        Read(ref reader, format: null, draft, ref none);
    }

    private static void Read(ref Utf8JsonReader reader, WireFormat? format, ExchangeDraft draft, ref RequestFacts facts)
    {
        var shape = 0UL;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            shape = KeyedHash.Fold(shape, Hash(reader.ValueSpan));
            var field = RequestFields.Find(ref reader, out var index, out var exact);
            var name = reader;
            reader.Read();
            if (format != null)
            {
                facts.Judge(field, index, exact, ref name, reader, format);
            }

            if (field is RequestField.Content or RequestField.SystemContent or RequestField.Prompt)
            {
                draft.Forget(index);
                Speech(ref reader, draft, index, field == RequestField.SystemContent ? TextRole.System : TextRole.User);
                continue;
            }

            shape = Apply(ref reader, field, draft, shape);
        }

        draft.Settle();
        draft.Shape = shape;
    }

    private static ulong Apply(ref Utf8JsonReader reader, RequestField field, ExchangeDraft draft, ulong shape)
    {
        var number = reader.TokenType == JsonTokenType.Number ? Hash(reader.ValueSpan) : (ulong)reader.TokenType;
        switch (field)
        {
            case RequestField.Model when reader.TokenType == JsonTokenType.String:
                draft.Model = draft.Model.Length == 0 ? JsonText.Take(ref reader, draft) : draft.Model;
                return shape;
            case RequestField.User when reader.TokenType == JsonTokenType.String:
                draft.EndUser = draft.EndUser.Length == 0 ? JsonText.Take(ref reader, draft) : draft.EndUser;
                return shape;
            case RequestField.Free or RequestField.Metadata or RequestField.Seed:
                reader.Skip();
                return shape; // these differ from request to request and say nothing of the program
            case RequestField.Temperature when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var heat):
                draft.Temperature = (short)Math.Clamp(Math.Round(heat * 100), 0, short.MaxValue);
                break;
            case RequestField.Stream when reader.TokenType == JsonTokenType.True:
                draft.Traits |= ExchangeTraits.Stream;
                break;
            case RequestField.LogProbabilities
            or RequestField.PromptLogProbabilities when reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False):
                draft.Traits |= ExchangeTraits.LogProbabilities;
                break;
            case RequestField.Answers when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var count) && count > 1:
                draft.Traits |= ExchangeTraits.SeveralAnswers;
                break;
            case RequestField.Tools when reader.TokenType == JsonTokenType.StartArray:
                draft.Traits |= ExchangeTraits.HasTools;
                break;
            case RequestField.Format or RequestField.FormatInside when reader.TokenType == JsonTokenType.StartObject:
                draft.Traits |= ExchangeTraits.Structured;
                break;
            case RequestField.Settings when reader.TokenType == JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    shape = KeyedHash.Fold(shape, Hash(reader.ValueSpan));
                    var inner = RequestFields.Find(ref reader, out _, out _);
                    reader.Read();
                    shape = Apply(ref reader, inner == RequestField.Settings ? RequestField.None : inner, draft, shape);
                }

                return shape;
            case RequestField.Grammar when reader.TokenType == JsonTokenType.StartObject:
                draft.Traits |= ExchangeTraits.Structured;
                break;
            case RequestField.Previous or RequestField.Conversation when reader.TokenType == JsonTokenType.String:
                draft.Traits |= ExchangeTraits.FollowUp;
                break;
        }

        reader.Skip();
        return KeyedHash.Fold(shape, number);
    }

    /// <summary>Text in any of its forms: a string, a list of strings, of messages, of parts, of items, of tokens.</summary>
    private static void Speech(ref Utf8JsonReader reader, ExchangeDraft draft, byte field, TextRole role)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Message(ref reader, draft, field, role, message: 1);
            }
            else
            {
                Part(ref reader, draft, field, role, message: 1);
            }

            draft.Turns += role == TextRole.User ? 1 : 0;
            return;
        }

        var message = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Message(ref reader, draft, field, role, ++message);
            }
            else
            {
                Part(ref reader, draft, field, role, ++message);
            }
        }

        draft.Turns = role == TextRole.User ? Math.Min(ushort.MaxValue, message) : draft.Turns;
    }

    private static void Message(ref Utf8JsonReader reader, ExchangeDraft draft, byte field, TextRole role, int message)
    {
        var first = draft.PieceCount;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Is("role"u8))
            {
                reader.Read();
                role = Role(ref reader, role);
                reader.Skip();
            }
            else if (reader.Is("type"u8))
            {
                reader.Read();
                role = Kind(ref reader, draft, role);
                reader.Skip();
            }
            else if (
                reader.Is("content"u8)
                || reader.Is("text"u8)
                || reader.Is("output"u8)
                || reader.Is("arguments"u8)
                || reader.Is("refusal"u8)
                || reader.Is("parts"u8)
            )
            {
                reader.Read();
                Parts(ref reader, draft, field, role, message);
            }
            else if (reader.Is("tool_calls"u8))
            {
                reader.Read();
                role = TextRole.Assistant;
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        draft.SetRole(first, role);
        draft.Traits |= role switch
        {
            TextRole.Assistant => ExchangeTraits.FollowUp,
            TextRole.Tool => ExchangeTraits.ToolResult,
            TextRole.System => ExchangeTraits.HasSystem,
            _ => ExchangeTraits.None,
        };
    }

    private static void Parts(ref Utf8JsonReader reader, ExchangeDraft draft, byte field, TextRole role, int message)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            PartObject(ref reader, draft, field, role, message);
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Part(ref reader, draft, field, role, message);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                PartObject(ref reader, draft, field, role, message);
            }
            else
            {
                Part(ref reader, draft, field, role, message);
            }
        }
    }

    /// <summary>One part; some clients send it by itself where others send a list of one.</summary>
    private static void PartObject(ref Utf8JsonReader reader, ExchangeDraft draft, byte field, TextRole role, int message)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var type = reader.Is("type"u8);
            var text = reader.Is("text"u8) || reader.Is("content"u8) || reader.Is("thinking"u8);
            draft.Traits |= PartTraits(ref reader);
            reader.Read();
            if (type)
            {
                _ = Kind(ref reader, draft, role);
                reader.Skip();
            }
            else if (text)
            {
                Parts(ref reader, draft, field, role, message);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>What the name of a part's field says, in the dialect where parts have no type.</summary>
    private static ExchangeTraits PartTraits(ref Utf8JsonReader reader) =>
        reader.Is("inlineData"u8) || reader.Is("inline_data"u8) || reader.Is("fileData"u8) || reader.Is("file_data"u8)
            ? ExchangeTraits.NonText
        : reader.Is("functionResponse"u8) || reader.Is("function_response"u8) ? ExchangeTraits.ToolResult
        : reader.Is("functionCall"u8) || reader.Is("function_call"u8) ? ExchangeTraits.FollowUp
        : ExchangeTraits.None;

    /// <summary>A text, or a list of them in any depth.</summary>
    private static void Part(ref Utf8JsonReader reader, ExchangeDraft draft, byte field, TextRole role, int message)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Part(ref reader, draft, field, role, message);
            }

            return;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip(); // token numbers, null, or something new
            return;
        }

        var text = JsonText.Take(ref reader, draft);
        draft.Add(new(text.Start, text.Length, role, message, field));
        draft.Traits |= role == TextRole.System ? ExchangeTraits.HasSystem : ExchangeTraits.None;
    }

    private static TextRole Role(ref Utf8JsonReader reader, TextRole before) =>
        reader.TokenType != JsonTokenType.String ? before
        : reader.Is("assistant"u8) || reader.Is("model"u8) ? TextRole.Assistant
        : reader.Is("system"u8) || reader.Is("developer"u8) ? TextRole.System
        : reader.Is("tool"u8) || reader.Is("function"u8) ? TextRole.Tool
        : TextRole.User;

    /// <summary>What the type of a part or an item says; what is no text is only noted.</summary>
    private static TextRole Kind(ref Utf8JsonReader reader, ExchangeDraft draft, TextRole before)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return before;
        }

        if (
            reader.Is("text"u8)
            || reader.Is("input_text"u8)
            || reader.Is("output_text"u8)
            || reader.Is("message"u8)
            || reader.Is("refusal"u8)
            || reader.Is("thinking"u8)
            || reader.Is("summary_text"u8)
            || reader.Is("redacted_thinking"u8)
        )
        {
            return before;
        }

        if (reader.Is("tool_result"u8) || reader.Is("function_call_output"u8))
        {
            draft.Traits |= ExchangeTraits.ToolResult;
            return TextRole.Tool;
        }

        if (reader.Is("tool_use"u8) || reader.Is("function_call"u8) || reader.Is("reasoning"u8))
        {
            draft.Traits |= ExchangeTraits.FollowUp;
            return TextRole.Assistant;
        }

        draft.Traits |= ExchangeTraits.NonText;
        return before;
    }

    private static ulong Hash(ReadOnlySpan<byte> name) => System.IO.Hashing.XxHash3.HashToUInt64(name);
}
