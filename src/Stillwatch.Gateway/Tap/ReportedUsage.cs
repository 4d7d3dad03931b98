using System.Text.Json;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Tap;

/// <summary>
/// Finds the tokens that an answer reports, without parsing all of it: the last <c>usage</c> that is the answer's own. One that stands elsewhere, as in the schema of a
/// tool that the answer repeats, is none.
/// </summary>
internal static class ReportedUsage
{
    private const int MostTries = 16;
    private const long MostTokens = 1_000_000_000;   // more than any exchange has: whoever reports more reports nothing

    /// <summary>Tokens in and out; -1 where they are not reported.</summary>
    /// <param name="answer">The answer, or a part of it that ends where it ends or between two events.</param>
    /// <param name="dialect">Which API it speaks.</param>
    /// <param name="stream">Whether it is a stream of events.</param>
    /// <param name="last">Whether <paramref name="answer"/> goes to the answer's end.</param>
    public static (long Input, long Output) Of(ReadOnlySpan<byte> answer, Dialect dialect, bool stream, bool last)
    {
        if (!stream && !last)
        {
            return (-1, -1);   // where it stands in the body is known only with the body's end
        }

        if (!stream && dialect == Dialect.CountTokens)
        {
            return (Whole(answer).Input, -1);
        }

        (long Input, long Output) tokens = (-1, -1);
        var before = answer;
        for (var tries = 0; tries < MostTries && tokens is not { Input: >= 0, Output: >= 0 }; tries++)
        {
            var at = before.LastIndexOf("\"usage\""u8);
            if (at < 0)
            {
                break;
            }

            before = before[..at];
            var (input, output) = stream ? InEvent(answer, at, out at) : AtEnd(answer[at..]);
            before = stream ? before[..Math.Min(at, before.Length)] : before;
            tokens = (tokens.Input >= 0 ? tokens.Input : input, tokens.Output >= 0 ? tokens.Output : output);
        }

        return tokens;
    }

    /// <summary>
    /// Of a whole body: what stands from its own <c>usage</c> on is, behind an opening brace, one whole object; what stands from a deeper one on closes too much.
    /// </summary>
    private static (long Input, long Output) AtEnd(ReadOnlySpan<byte> rest)
    {
        var whole = new byte[rest.Length + 1];
        whole[0] = (byte)'{';
        rest.CopyTo(whole.AsSpan(1));
        (long Input, long Output) tokens = (-1, -1);
        try
        {
            var reader = new Utf8JsonReader(whole);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isUsage = reader.Is("usage"u8);
                reader.Read();
                tokens = isUsage ? Counts(ref reader) : tokens;
                reader.Skip();
            }

            return reader.Read() ? (-1, -1) : tokens;
        }
        catch (JsonException)
        {
            return (-1, -1);
        }
    }

    /// <summary>Of a stream: the event that the place lies in, its own <c>usage</c> or that of the response or message that it carries.</summary>
    private static (long Input, long Output) InEvent(ReadOnlySpan<byte> stream, int at, out int start)
    {
        start = stream[..at].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        var line = stream[start..];
        var end = line.IndexOfAny((byte)'\n', (byte)'\r');
        line = end < 0 ? line : line[..end];
        if (!line.StartsWith("data:"u8))
        {
            return (-1, -1);
        }

        (long Input, long Output) tokens = (-1, -1);
        try
        {
            var reader = new Utf8JsonReader(line[5..]);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return tokens;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isUsage = reader.Is("usage"u8);
                var carries = reader.Is("response"u8) || reader.Is("message"u8);
                reader.Read();
                if (carries && reader.TokenType == JsonTokenType.StartObject)
                {
                    while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    {
                        isUsage = reader.Is("usage"u8);
                        reader.Read();
                        tokens = isUsage ? Counts(ref reader) : tokens;
                        reader.Skip();
                    }

                    continue;
                }

                tokens = isUsage ? Counts(ref reader) : tokens;
                reader.Skip();
            }

            return tokens;
        }
        catch (JsonException)
        {
            return (-1, -1);
        }
    }

    /// <summary>The body of a count of tokens.</summary>
    private static (long Input, long Output) Whole(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() ? Counts(ref reader) : (-1, -1);
        }
        catch (JsonException)
        {
            return (-1, -1);
        }
    }

    private static (long Input, long Output) Counts(ref Utf8JsonReader reader)
    {
        (long Input, long Output) tokens = (-1, -1);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return tokens;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var input = reader.Is("prompt_tokens"u8) || reader.Is("input_tokens"u8);
            var output = reader.Is("completion_tokens"u8) || reader.Is("output_tokens"u8);
            reader.Read();
            if ((input || output) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count is >= 0 and <= MostTokens)
            {
                tokens = (input ? count : tokens.Input, output ? count : tokens.Output);
            }

            reader.Skip();
        }

        return tokens;
    }
}
