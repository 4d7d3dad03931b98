using System.Text.Json;

namespace Stillwatch.Exchanges;

/// <summary>Reads an answer's body for what is counted of it: the tokens it reports, else the bytes of its text.</summary>
internal static class ResponseReader
{
    /// <summary>Reads the object that <paramref name="reader"/> stands on; leaves it on the object's end.</summary>
    public static void Read(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.CurrentDepth == depth + 1 && reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject && (draft.Traits & ExchangeTraits.TokensReported) == 0)
                {
                    Usage(ref reader, draft);
                    draft.Traits |= draft.OutputTokens >= 0 ? ExchangeTraits.TokensReported : 0;
                }
                else
                {
                    reader.Skip();
                }
            }
            else if (IsText(ref reader))
            {
                reader.Read();
                draft.OutputBytes += reader.TokenType == JsonTokenType.String ? reader.ValueSpan.Length : 0;
            }
        }
    }

    /// <summary>Reads a usage object, of any dialect: tokens in and out.</summary>
    public static void Usage(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var input = reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8);
            var output = !input && (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8));
            reader.Read();
            if ((input || output) && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var tokens))
            {
                var count = (int)Math.Clamp(tokens, 0, int.MaxValue);
                draft.InputTokens = input ? count : draft.InputTokens;
                draft.OutputTokens = output ? count : draft.OutputTokens;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static bool IsText(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("content"u8) || reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("reasoning_content"u8)
        || reader.ValueTextEquals("thinking"u8) || reader.ValueTextEquals("arguments"u8) || reader.ValueTextEquals("refusal"u8);
}
