using System.Text.Json;

namespace Stillwatch.Exchanges.Answers;

/// <summary>Reads an answer's body for what is counted of it: the tokens it reports, else the bytes of its text.</summary>
internal static class ResponseReader
{
    private const double MostTokens = 1e9; // more than any exchange has: whoever reports more reports nothing

    /// <summary>Reads the object that <paramref name="reader"/> stands on; leaves it on the object's end.</summary>
    public static AnswerCounts Read(ref Utf8JsonReader reader)
    {
        var counts = new BodyCounts(reader.CurrentDepth);
        while (reader.Read() && reader.CurrentDepth > counts.Depth)
        {
            counts.Take(ref reader);
        }

        return new(counts.Tokens, counts.OutputBytes);
    }

    /// <summary>Reads a usage object, of any dialect: tokens in and out.</summary>
    public static TokenCounts Usage(ref Utf8JsonReader reader)
    {
        var tokens = TokenCounts.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var input = IsInput(ref reader);
            var output = !input && IsOutput(ref reader);
            var adds = output && Adds(ref reader);
            reader.Read();
            if (input || output)
            {
                tokens = With(tokens, input, adds, ref reader);
            }

            reader.Skip();
        }

        return tokens;
    }

    /// <summary>Whether the name that <paramref name="reader"/> stands on is that of tokens in.</summary>
    public static bool IsInput(ref Utf8JsonReader reader) =>
        reader.Is("prompt_tokens"u8) || reader.Is("input_tokens"u8) || reader.Is("promptTokenCount"u8);

    /// <summary>Whether the name that <paramref name="reader"/> stands on is that of tokens out.</summary>
    public static bool IsOutput(ref Utf8JsonReader reader) =>
        reader.Is("completion_tokens"u8)
        || reader.Is("output_tokens"u8)
        || reader.Is("candidatesTokenCount"u8)
        || reader.Is("thoughtsTokenCount"u8);

    /// <summary>
    /// Whether tokens out under the name that <paramref name="reader"/> stands on are added to others: Gemini counts what is thought apart
    /// from what is said.
    /// </summary>
    public static bool Adds(ref Utf8JsonReader reader) => reader.Is("candidatesTokenCount"u8) || reader.Is("thoughtsTokenCount"u8);

    /// <summary>Whether the name that <paramref name="reader"/> stands on is that of the tokens that an answer reports.</summary>
    public static bool IsUsage(ref Utf8JsonReader reader) => reader.Is("usage"u8) || reader.Is("usageMetadata"u8);

    /// <summary>
    /// Whether the name that <paramref name="reader"/> stands on has text of the answer under it, where that is a string.
    /// </summary>
    public static bool IsText(ref Utf8JsonReader reader) =>
        reader.Is("content"u8)
        || reader.Is("text"u8)
        || reader.Is("reasoning_content"u8)
        || reader.Is("thinking"u8)
        || reader.Is("arguments"u8)
        || reader.Is("refusal"u8);

    /// <summary>
    /// <paramref name="tokens"/> with the number that <paramref name="reader"/> stands on; what is none, below 0 or beyond reason changes
    /// nothing.
    /// </summary>
    /// <param name="tokens">What was read before.</param>
    /// <param name="input">Whether it is tokens in.</param>
    /// <param name="adds">Whether it is added to what was read before.</param>
    /// <param name="reader">Stands on the number.</param>
    public static TokenCounts With(TokenCounts tokens, bool input, bool adds, ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var number) || number is not (>= 0 and <= MostTokens) ? tokens
        : input ? tokens with { Input = (int)number }
        : tokens with { Output = (int)number + (adds ? Math.Max(0, tokens.Output) : 0) };
}
