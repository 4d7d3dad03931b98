using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Accounts;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Surface;

/// <summary>What the gateway needs to know of a request's body. Of a field that stands there twice the last counts, as it does for model servers.</summary>
internal struct RequestFacts
{
    /// <summary>The deepest nesting that is read, the same as the watch's.</summary>
    private const int MostDepth = 126;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MostDepth };

    /// <summary>Whether the body is one JSON object in valid UTF-8.</summary>
    public bool IsObject;

    /// <summary>The model; null where it names none.</summary>
    public string? Model;

    /// <summary>The customer's own customer.</summary>
    public string? EndUser;

    /// <summary>Whether a stream is asked for.</summary>
    public bool Stream;

    /// <summary>The most tokens out that it asks for; -1 where it does not say.</summary>
    public long MaxTokens;

    /// <summary>How many answers it asks for.</summary>
    public int Count;

    /// <summary>Whether it has several prompts.</summary>
    public bool Several;

    /// <summary>What it asks a model to hand out, as far as the top level tells.</summary>
    public Capability Asked;

    /// <summary>Reads <paramref name="body"/>.</summary>
    public static RequestFacts Read(ReadOnlySpan<byte> body)
    {
        var facts = new RequestFacts { MaxTokens = -1, Count = 1 };
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;   // some servers read past it, and so does this
        if (!Utf8.IsValid(body))
        {
            return facts;
        }

        try
        {
            var reader = new Utf8JsonReader(body, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return facts;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                facts.Field(ref reader);
            }

            facts.IsObject = !reader.Read();
        }
        catch (JsonException)
        {
            return new RequestFacts { MaxTokens = -1, Count = 1 };
        }

        return facts;
    }

    private void Field(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        var known = reader.ValueIsEscaped ? Known(Unescape(ref reader)) : Known(name);
        reader.Read();
        switch (known)
        {
            case 1 when reader.TokenType == JsonTokenType.String:
                Model = reader.ValueIsEscaped ? Text(ref reader) : FewStrings.Of(reader.ValueSpan);
                break;
            case 2:
                Stream = reader.TokenType == JsonTokenType.True;
                Set(Capability.Streaming, Stream);
                break;
            case 3 when reader.TokenType == JsonTokenType.Number:
                MaxTokens = reader.TryGetInt64(out var most) ? Math.Max(0, most) : long.MaxValue / 4;
                break;
            case 4 when reader.TokenType == JsonTokenType.Number:
                Count = reader.TryGetInt32(out var count) ? Math.Max(1, count) : int.MaxValue;
                Set(Capability.SeveralAnswers, Count > 1);
                break;
            case 5 when reader.TokenType == JsonTokenType.String:
                EndUser = Text(ref reader);
                break;
            case 6:
                Set(Capability.LogProbabilities, reader.TokenType == JsonTokenType.True || reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var top) && top > 0 || Asked.HasFlag(Capability.LogProbabilities));
                break;
            case 7 when reader.TokenType == JsonTokenType.StartArray:
                var tools = reader;
                Set(Capability.Tools, on: tools.Read() && tools.TokenType != JsonTokenType.EndArray || Asked.HasFlag(Capability.Tools));
                break;
            case 8 when reader.TokenType == JsonTokenType.StartObject:
                Set(Capability.StructuredOutput, on: !IsPlainText(reader));
                break;
            case 9 when reader.TokenType == JsonTokenType.StartArray:
                var inside = reader;
                Several = inside.Read() && inside.TokenType is JsonTokenType.String or JsonTokenType.StartArray;   // numbers are the tokens of one
                break;
            case 10 when reader.TokenType == JsonTokenType.Number:
                Count = Math.Max(Count, reader.TryGetInt32(out var best) ? Math.Max(1, best) : int.MaxValue);
                Set(Capability.SeveralAnswers, Count > 1);
                break;
            case 11 when reader.TokenType == JsonTokenType.StartObject:
                Metadata(reader);
                break;
        }

        reader.Skip();
    }

    private static bool IsPlainText(Utf8JsonReader format)
    {
        while (format.Read() && format.TokenType == JsonTokenType.PropertyName)
        {
            var type = format.Is("type"u8);
            format.Read();
            if (type)
            {
                return format.TokenType == JsonTokenType.String && format.Is("text"u8);
            }

            format.Skip();
        }

        return false;
    }

    /// <summary>The Messages API names its end users in here.</summary>
    private void Metadata(Utf8JsonReader metadata)
    {
        while (metadata.Read() && metadata.TokenType == JsonTokenType.PropertyName)
        {
            var user = metadata.Is("user_id"u8);
            metadata.Read();
            if (user && metadata.TokenType == JsonTokenType.String)
            {
                EndUser ??= Text(ref metadata);
            }

            metadata.Skip();
        }
    }

    private void Set(Capability capability, bool on) => Asked = on ? Asked | capability : Asked & ~capability;

    private static int Known(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 when name[0] == 'n' => 4,
        4 when name.SequenceEqual("user"u8) => 5,
        5 when name.SequenceEqual("model"u8) => 1,
        5 when name.SequenceEqual("tools"u8) => 7,
        6 when name.SequenceEqual("prompt"u8) => 9,
        7 when name.SequenceEqual("best_of"u8) => 10,
        8 when name.SequenceEqual("metadata"u8) => 11,
        6 when name.SequenceEqual("stream"u8) => 2,
        8 when name.SequenceEqual("logprobs"u8) => 6,
        9 when name.SequenceEqual("functions"u8) => 7,
        10 when name.SequenceEqual("max_tokens"u8) => 3,
        12 when name.SequenceEqual("top_logprobs"u8) => 6,
        15 when name.SequenceEqual("response_format"u8) => 8,
        17 when name.SequenceEqual("safety_identifier"u8) => 5,
        17 when name.SequenceEqual("max_output_tokens"u8) => 3,
        21 when name.SequenceEqual("max_completion_tokens"u8) => 3,
        _ => 0,
    };

    private static byte[] Unescape(ref Utf8JsonReader reader)
    {
        var bytes = new byte[reader.ValueSpan.Length];
        try
        {
            return bytes.AsSpan(0, reader.CopyString(bytes)).ToArray();
        }
        catch (InvalidOperationException)
        {
            return [];   // a lone surrogate: no name that we know has one
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);   // a lone surrogate: the escape as it is written
        }
    }
}
