using System.IO.Hashing;
using System.Text.Json;

namespace Stillwatch.Exchanges.Requests;

/// <summary>
/// The tokens whose chances a request changes (<c>logit_bias</c>, under whatever name). Whoever walks a vocabulary by them reads the
/// model's
/// last layer off its answers (Carlini et al. 2024, arXiv 2403.06634; Finlayson et al. 2024, arXiv 2403.09539).
/// </summary>
internal static class BiasedTokens
{
    /// <summary>Most tokens of one request that are told apart.</summary>
    public const int Most = 4_096;

    /// <summary>Fingerprints of the tokens; empty where there are none. Called for bodies that are one JSON object.</summary>
    public static List<ulong> Of(ReadOnlySpan<byte> body)
    {
        List<ulong> tokens = [];
        var reader = new Utf8JsonReader(RequestReader.WithoutMark(body), new JsonReaderOptions { MaxDepth = RequestFacts.MostDepth });
        try
        {
            reader.Read();
            Object(ref reader, tokens);
        }
        catch (JsonException)
        {
            // what stood before it broke counts
        }

        return tokens;
    }

    private static void Object(ref Utf8JsonReader reader, List<ulong> tokens)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = RequestFields.Find(ref reader, out _, out _);
            reader.Read();
            if (field == RequestField.LogitBias)
            {
                Bias(ref reader, tokens);
            }
            else if (field is RequestField.Inside or RequestField.Settings && reader.TokenType == JsonTokenType.StartObject)
            {
                Object(ref reader, tokens);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>An object of tokens and weights, a list of them, or a list of pairs: servers take all three.</summary>
    private static void Bias(ref Utf8JsonReader reader, List<ulong> tokens)
    {
        var depth = reader.CurrentDepth;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!isObject && reader.TokenType != JsonTokenType.StartArray)
        {
            return;
        }

        var inPair = false; // of a pair the first is the token
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            var isToken = isObject
                ? reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth + 1
                : reader.TokenType is JsonTokenType.Number or JsonTokenType.String && !(inPair && reader.CurrentDepth > depth + 1);
            inPair = reader.TokenType switch
            {
                JsonTokenType.StartArray or JsonTokenType.EndArray => false,
                _ => reader.CurrentDepth > depth + 1,
            };
            if (isToken && tokens.Count < Most)
            {
                tokens.Add(XxHash3.HashToUInt64(reader.ValueSpan));
            }
        }
    }
}
