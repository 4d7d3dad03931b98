using System.Text.Json;
using Stillwatch.Sketches;

namespace Stillwatch.Exchanges;

/// <summary>
/// Reads the body of a request in any of the dialects (Chat Completions, Completions, Responses, Embeddings, Messages): its text with the
/// speakers, and the shape that the client's program gave it.
/// </summary>
internal static class RequestReader
{
    /// <summary>The field number of a body that was no JSON.</summary>
    public const byte RawField = 255;

    private const byte Messages = 1, Prompt = 2, Input = 3, SystemField = 4, Instructions = 5;

    /// <summary>Reads the object that <paramref name="reader"/> stands on; leaves it on the object's end.</summary>
    public static void Read(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        var shape = 0UL;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            shape = KeyedHash.Fold(shape, Hash(reader.ValueSpan));
            var content = Content(ref reader);
            if (content != 0)
            {
                draft.Forget(content);
                reader.Read();
                Speech(ref reader, draft, content);
                continue;
            }

            var setting = Setting(ref reader);
            reader.Read();
            shape = Apply(ref reader, setting, draft, shape);
        }

        draft.Shape = shape;
    }

    /// <summary>Which field holds text, 0 for those that hold none.</summary>
    private static byte Content(ref Utf8JsonReader reader) =>
        reader.Is("messages"u8) ? Messages
        : reader.Is("prompt"u8) ? Prompt
        : reader.Is("input"u8) ? Input
        : reader.Is("system"u8) ? SystemField
        : reader.Is("instructions"u8) ? Instructions
        : (byte)0;

    private enum Known
    {
        Other, Model, User, Seed, Free, Temperature, Stream, Logprobs, Count, Tools, Format, Previous,
    }

    private static Known Setting(ref Utf8JsonReader reader) =>
        reader.Is("model"u8) ? Known.Model
        : reader.Is("temperature"u8) ? Known.Temperature
        : reader.Is("stream"u8) ? Known.Stream
        : reader.Is("user"u8) || reader.Is("safety_identifier"u8) ? Known.User
        : reader.Is("seed"u8) ? Known.Seed
        : reader.Is("metadata"u8) || reader.Is("prompt_cache_key"u8) ? Known.Free
        : reader.Is("logprobs"u8) || reader.Is("top_logprobs"u8) || reader.Is("prompt_logprobs"u8) || reader.Is("n_probs"u8) || reader.Is("return_logprob"u8) ? Known.Logprobs
        : reader.Is("n"u8) || reader.Is("best_of"u8) ? Known.Count
        : reader.Is("tools"u8) || reader.Is("functions"u8) ? Known.Tools
        : reader.Is("response_format"u8) || reader.Is("text"u8) ? Known.Format
        : reader.Is("previous_response_id"u8) || reader.Is("conversation"u8) ? Known.Previous
        : Known.Other;

    private static ulong Apply(ref Utf8JsonReader reader, Known setting, ExchangeDraft draft, ulong shape)
    {
        var number = reader.TokenType == JsonTokenType.Number ? Hash(reader.ValueSpan) : (ulong)reader.TokenType;
        switch (setting)
        {
            case Known.Model when reader.TokenType == JsonTokenType.String:
                draft.Model = draft.Model.Length == 0 ? JsonText.Take(ref reader, draft) : draft.Model;
                return shape;
            case Known.User when reader.TokenType == JsonTokenType.String:
                draft.EndUser = draft.EndUser.Length == 0 ? JsonText.Take(ref reader, draft) : draft.EndUser;
                return shape;
            case Known.Seed or Known.Free:
                reader.Skip();
                return shape;   // these differ from request to request and say nothing of the program
            case Known.Temperature when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var heat):
                draft.Temperature = (short)Math.Clamp(Math.Round(heat * 100), 0, short.MaxValue);
                break;
            case Known.Stream when reader.TokenType == JsonTokenType.True:
                draft.Traits |= ExchangeTraits.Stream;
                break;
            case Known.Logprobs when reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False):
                draft.Traits |= ExchangeTraits.LogProbabilities;
                break;
            case Known.Count when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var count) && count > 1:
                draft.Traits |= ExchangeTraits.SeveralAnswers;
                break;
            case Known.Tools when reader.TokenType == JsonTokenType.StartArray:
                draft.Traits |= ExchangeTraits.HasTools;
                break;
            case Known.Format when reader.TokenType == JsonTokenType.StartObject:
                draft.Traits |= ExchangeTraits.Structured;
                break;
            case Known.Previous when reader.TokenType == JsonTokenType.String:
                draft.Traits |= ExchangeTraits.FollowUp;
                break;
        }

        reader.Skip();
        return KeyedHash.Fold(shape, number);
    }

    /// <summary>Text in any of its forms: a string, a list of strings, of messages, of parts, of items, of tokens.</summary>
    private static void Speech(ref Utf8JsonReader reader, ExchangeDraft draft, byte field)
    {
        var role = field is SystemField or Instructions ? TextRole.System : TextRole.User;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Part(ref reader, draft, field, role, message: 1);
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
            else if (reader.Is("content"u8) || reader.Is("text"u8) || reader.Is("output"u8)
                || reader.Is("arguments"u8) || reader.Is("refusal"u8))
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
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Part(ref reader, draft, field, role, message);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Part(ref reader, draft, field, role, message);
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var type = reader.Is("type"u8);
                var text = reader.Is("text"u8) || reader.Is("content"u8) || reader.Is("thinking"u8);
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
    }

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
            reader.Skip();   // token numbers, null, or something new
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

        if (reader.Is("text"u8) || reader.Is("input_text"u8) || reader.Is("output_text"u8)
            || reader.Is("message"u8) || reader.Is("refusal"u8) || reader.Is("thinking"u8)
            || reader.Is("summary_text"u8) || reader.Is("redacted_thinking"u8))
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
