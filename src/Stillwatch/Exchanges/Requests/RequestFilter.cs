using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Stillwatch.Exchanges.Requests;

/// <summary>
/// Takes out of a request what asks for capabilities: the fields that <see cref="RequestFields.Find"/> finds, in whatever letters they are
/// written and as often as they stand, at the top and in the objects that servers take for the top. Everything else passes byte for byte.
/// How well the model answers is not touched: it may think as long as it was told to (<c>thinking</c>, <c>reasoning_effort</c>), only what
/// asks to show its thoughts goes.
/// </summary>
/// <remarks>
/// A body that is no JSON object is replaced by <c>{}</c>: what it asks for cannot be told, and the model server refuses the empty one.
/// </remarks>
internal static class RequestFilter
{
    private const Capability Thought = Capability.Reasoning | Capability.ReasoningSummary;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = RequestFacts.MostDepth };

    /// <summary>Writes the request.</summary>
    /// <param name="body">As it came.</param>
    /// <param name="strip">What is taken out; flags that no request asks for change nothing.</param>
    /// <param name="output">Gets it.</param>
    /// <returns>What was taken out.</returns>
    public static Capability Write(ReadOnlySpan<byte> body, Capability strip, IBufferWriter<byte> output)
    {
        if (strip == 0)
        {
            output.Write(body);
            return Capability.None;
        }

        var json = RequestReader.WithoutMark(body);
        var (kept, found) = (new ArrayBufferWriter<byte>(body.Length + 1), Capability.None);
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                kept.Write(json[..(int)reader.TokenStartIndex]);
                Object(ref reader, json, strip, isReasoning: false, kept, ref found);
                kept.Write(json[(int)reader.BytesConsumed..]);
                if (!reader.Read())
                {
                    output.Write(found == 0 ? body : kept.WrittenSpan);
                    return found;
                }
            }
        }
        catch (JsonException)
        {
            // Not one object.
        }

        output.Write("{}"u8);
        return Capability.None;
    }

    private static void Object(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> json,
        Capability strip,
        bool isReasoning,
        ArrayBufferWriter<byte> kept,
        ref Capability found
    )
    {
        kept.Write("{"u8);
        var (end, any) = ((int)reader.BytesConsumed, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = (int)reader.TokenStartIndex;
            var field = isReasoning ? RequestField.None : RequestFields.Find(ref reader, out _, out _);
            var asks = isReasoning ? Shows(ref reader, strip) : Of(field) & strip;
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            if (asks != 0 && Asks(ref reader, field, isReasoning))
            {
                found |= asks;
                reader.Skip();
                end = (int)reader.BytesConsumed;
                continue;
            }

            var gap = json[end..name];
            var comma = any ? -1 : gap.IndexOf((byte)',');
            kept.Write(comma < 0 ? gap : gap[..comma]);
            kept.Write(comma < 0 ? default : gap[(comma + 1)..]);
            kept.Write(json[name..value]);
            var isInside = field is RequestField.Inside or RequestField.Settings;
            if (reader.TokenType == JsonTokenType.StartObject && (isInside || field == RequestField.ReasoningInside))
            {
                Object(ref reader, json, strip, !isInside, kept, ref found);
            }
            else if (reader.TokenType == JsonTokenType.StartArray && field == RequestField.Include)
            {
                Include(ref reader, json, strip, kept, ref found);
            }
            else
            {
                reader.Skip();
                kept.Write(json[value..(int)reader.BytesConsumed]);
            }

            (end, any) = ((int)reader.BytesConsumed, true);
        }

        kept.Write(json[end..(int)reader.BytesConsumed]);
    }

    /// <summary>What a field asks for, and goes with.</summary>
    private static Capability Of(RequestField field) =>
        field switch
        {
            RequestField.LogProbabilities or RequestField.Include => Capability.LogProbabilities,
            RequestField.PromptLogProbabilities => Capability.LogProbabilities | Capability.PromptLogProbabilities,
            RequestField.Answers => Capability.SeveralAnswers,
            RequestField.LogitBias => Capability.LogitBias,
            RequestField.Seed => Capability.Seed,
            // With log-probabilities it gives those of the prompt.
            RequestField.Echo => Capability.Echo | Capability.PromptLogProbabilities,
            RequestField.ReasoningText or RequestField.ReasoningApart => Thought,
            _ => Capability.None,
        };

    /// <summary>What a field of an object that says how to reason shows.</summary>
    private static Capability Shows(ref Utf8JsonReader name, Capability strip)
    {
        Span<byte> room = stackalloc byte[96];
        Span<byte> folded = stackalloc byte[96];
        return !RequestFields.Fold(RequestFields.Name(in name, room), folded, out var length) ? Capability.None
            : folded[..length].SequenceEqual("summary"u8) || folded[..length].SequenceEqual("generate_summary"u8)
                ? strip & Capability.ReasoningSummary
            : folded[..length].SequenceEqual("display"u8)
            || folded[..length].SequenceEqual("includethoughts"u8)
            || folded[..length].SequenceEqual("include_thoughts"u8)
                ? strip & Thought
            : Capability.None;
    }

    /// <summary>Whether a value asks for it: what says no stays, for the server may do it unasked.</summary>
    private static bool Asks(ref Utf8JsonReader value, RequestField field, bool isReasoning) =>
        value.TokenType switch
        {
            JsonTokenType.Null => false,
            JsonTokenType.False => field == RequestField.ReasoningApart,
            JsonTokenType.Number when field == RequestField.Answers => !JsonWhole.TryRead(ref value, out var count) || count > 1,
            JsonTokenType.String when isReasoning => !value.Is("omitted"u8),
            JsonTokenType.String when field == RequestField.ReasoningText => !value.Is("hidden"u8),
            JsonTokenType.String when field == RequestField.Include => IsAboutLogProbabilities(ref value),
            JsonTokenType.StartArray when field == RequestField.Include => false, // what it lists is judged one by one
            _ => true,
        };

    /// <summary>A list of what else the answer carries, without what is about log-probabilities.</summary>
    private static void Include(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> json,
        Capability strip,
        ArrayBufferWriter<byte> kept,
        ref Capability found
    )
    {
        kept.Write("["u8);
        var (end, any) = ((int)reader.BytesConsumed, false);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            var isAbout = reader.TokenType == JsonTokenType.String && IsAboutLogProbabilities(ref reader);
            reader.Skip();
            if (isAbout && (strip & Capability.LogProbabilities) != 0)
            {
                found |= Capability.LogProbabilities;
            }
            else
            {
                var gap = json[end..start];
                var comma = any ? -1 : gap.IndexOf((byte)',');
                kept.Write(comma < 0 ? gap : gap[..comma]);
                kept.Write(comma < 0 ? default : gap[(comma + 1)..]);
                kept.Write(json[start..(int)reader.BytesConsumed]);
                any = true;
            }

            end = (int)reader.BytesConsumed;
        }

        kept.Write(json[end..(int)reader.BytesConsumed]);
    }

    private static bool IsAboutLogProbabilities(ref Utf8JsonReader text)
    {
        var plain = new byte[text.ValueSpan.Length + 1];
        var length = JsonText.Unescape(text.ValueSpan, plain);
        return Encoding.UTF8.GetString(plain, 0, length).Contains("logprob", StringComparison.OrdinalIgnoreCase);
    }
}
