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

            if (reader.CurrentDepth == depth + 1 && reader.Is("usage"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    draft.AnsweredTokens = Usage(ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
            else if (IsText(ref reader))
            {
                reader.Read();
                draft.OutputBytes += reader.TokenType == JsonTokenType.String ? JsonText.Bytes(ref reader) : 0;
            }
        }
    }

    /// <summary>Reads a usage object, of any dialect: tokens in and out.</summary>
    public static TokenCounts Usage(ref Utf8JsonReader reader)
    {
        var tokens = TokenCounts.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var input = reader.Is("prompt_tokens"u8) || reader.Is("input_tokens"u8);
            var output = !input && (reader.Is("completion_tokens"u8) || reader.Is("output_tokens"u8));
            reader.Read();
            if ((input || output) && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number))
            {
                var count = (int)Math.Clamp(number, 0, int.MaxValue);
                tokens = input ? tokens with { Input = count } : tokens with { Output = count };
            }
            else
            {
                reader.Skip();
            }
        }

        return tokens;
    }

    private static bool IsText(ref Utf8JsonReader reader) =>
        reader.Is("content"u8) || reader.Is("text"u8) || reader.Is("reasoning_content"u8)
        || reader.Is("thinking"u8) || reader.Is("arguments"u8) || reader.Is("refusal"u8);
}
