using System.Text.Json;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Tap;

/// <summary>Finds the tokens that an answer reports, in any dialect, without parsing all of it: the last <c>"usage":</c> object.</summary>
/// <remarks>Text cannot forge it: inside a JSON string its quotes would be escaped.</remarks>
internal static class UsageTail
{
    /// <summary>Tokens in and out; -1 where they are not reported.</summary>
    public static (long Input, long Output) Of(ReadOnlySpan<byte> answer)
    {
        (long Input, long Output) tokens = (-1, -1);
        for (var tries = 0; tries < 4; tries++)
        {
            var at = answer.LastIndexOf("\"usage\":"u8);
            if (at < 0)
            {
                break;
            }

            var (input, output) = Read(answer[(at + 8)..]);
            tokens = (tokens.Input >= 0 ? tokens.Input : input, tokens.Output >= 0 ? tokens.Output : output);
            if (tokens is { Input: >= 0, Output: >= 0 })
            {
                break;
            }

            answer = answer[..at];
        }

        return tokens;
    }

    private static (long Input, long Output) Read(ReadOnlySpan<byte> json)
    {
        (long Input, long Output) tokens = (-1, -1);
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return tokens;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var input = reader.Is("prompt_tokens"u8) || reader.Is("input_tokens"u8);
                var output = reader.Is("completion_tokens"u8) || reader.Is("output_tokens"u8);
                if (!reader.Read())
                {
                    break;
                }

                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count >= 0)
                {
                    tokens = (input ? count : tokens.Input, output ? count : tokens.Output);
                }
                else if (!reader.TrySkip())
                {
                    break;
                }
            }
        }
        catch (JsonException)
        {
            // Not what it looked like.
        }

        return tokens;
    }
}
