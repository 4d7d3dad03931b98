using System.Buffers;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// Google's Gemini API: <c>generateContent</c>, and <c>streamGenerateContent</c> as server-sent events. The model and whether it streams
/// stand in the path; every event of a stream has the form of a whole answer, and nothing but a reason for its end says which is the last.
/// </summary>
internal sealed class Gemini : WireFormat
{
    private const string Whole = ":generateContent",
        Streamed = ":streamGenerateContent";
    private const int MostCandidates = 1000;

    private static readonly string[] Prefixes = ["/v1beta/models/", "/v1/models/"];

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.Gemini;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => [];

    /// <inheritdoc/>
    public override string Operation => "generate_content";

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields =>
        [
            (RequestField.Content, ["contents"]),
            (RequestField.SystemContent, ["systemInstruction", "system_instruction"]),
            (RequestField.Tools, ["tools"]),
            (RequestField.Settings, ["generationConfig", "generation_config"]),
            (RequestField.Conversation, ["cachedContent", "cached_content"]),
            (RequestField.MostTokens, ["maxOutputTokens", "max_output_tokens"]),
            (RequestField.Answers, ["candidateCount", "candidate_count"]),
            (RequestField.LogProbabilities, ["responseLogprobs", "response_logprobs", "logprobs"]),
            (RequestField.Format, ["responseMimeType", "response_mime_type"]),
            (RequestField.Grammar, ["responseSchema", "response_schema", "responseJsonSchema", "response_json_schema"]),
            (RequestField.Media, ["responseModalities", "response_modalities", "speechConfig", "speech_config"]),
            (RequestField.Temperature, ["temperature"]),
            (RequestField.Seed, ["seed"]),
            (RequestField.ReasoningInside, ["thinkingConfig", "thinking_config"]),
        ];

    /// <inheritdoc/>
    public override AnswerShape Answer => GeminiAnswers.Whole;

    /// <summary>Google's own library for Go takes a line that is no data for an error.</summary>
    public override bool TakesComments => false;

    /// <inheritdoc/>
    public override bool IsKept => true;

    /// <inheritdoc/>
    public override string? KeyHeader => "x-goog-api-key";

    /// <inheritdoc/>
    public override bool Takes(string path) => ModelIn(path) != null;

    /// <inheritdoc/>
    public override string? PathFor(string model) => Prefixes[0] + Uri.EscapeDataString(model) + Whole;

    /// <inheritdoc/>
    public override string? ModelIn(string path)
    {
        var end =
            path.EndsWith(Whole, StringComparison.Ordinal) ? Whole
            : path.EndsWith(Streamed, StringComparison.Ordinal) ? Streamed
            : null;
        foreach (var prefix in Prefixes)
        {
            if (end != null && path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length + end.Length)
            {
                // Letters, digits, dots, hyphens and underscores: in anything else a server could read another name than the one that is
                // judged.
                var model = path[prefix.Length..^end.Length];
                return model.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_') && model.Trim('.').Length > 0
                    ? model
                    : null;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string WithModel(string path, string model)
    {
        var prefix = Prefixes.First(prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        return prefix + Uri.EscapeDataString(model) + path[path.LastIndexOf(':')..];
    }

    /// <inheritdoc/>
    public override bool StreamsAt(string path) => path.EndsWith(Streamed, StringComparison.Ordinal);

    /// <summary>Without <c>alt=sse</c> a stream is a list that is never whole while it comes: nobody could tell where it was cut.</summary>
    public override string? Refuses(string path, string query) =>
        StreamsAt(path) && !query.TrimStart('?').Split('&').Contains("alt=sse", StringComparer.Ordinal)
            ? "A stream is taken as server-sent events only: add 'alt=sse' to the query."
            : null;

    /// <inheritdoc/>
    public override bool HasNoEndMark => true;

    /// <summary>A candidate tells why it ended, once; a prompt that is blocked has no candidate, and tells that.</summary>
    public override int Reasons(ReadOnlySpan<byte> bytes, int from) =>
        Reasons(bytes, from, "\"finishReason\""u8) + MostCandidates * Reasons(bytes, from, "\"blockReason\""u8);

    private static int Reasons(ReadOnlySpan<byte> bytes, int from, ReadOnlySpan<byte> name)
    {
        var (count, at) = (0, 0);
        while (bytes[at..].IndexOf(name) is >= 0 and var next)
        {
            at += next + name.Length;
            var value = at + bytes[at..].IndexOfAnyExcept(": \t\r\n"u8);
            count += value >= at && value >= from && bytes[value] == '"' ? 1 : 0;
        }

        return count;
    }

    /// <inheritdoc/>
    public override byte[] Error(in ErrorFacts error)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteNumber("code", error.Status);
            json.WriteString("message", error.Message);
            json.WriteString("status", StatusOf(error.Status));
            json.WriteStartArray("details");
            json.WriteStartObject();
            json.WriteString("@type", "type.googleapis.com/google.rpc.ErrorInfo");
            json.WriteString("reason", error.Code ?? error.Type);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The status in the words of google.rpc.Code.</summary>
    private static string StatusOf(int status) =>
        status switch
        {
            400 or 413 or 415 or 431 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 or 405 => "NOT_FOUND",
            409 => "ABORTED",
            429 => "RESOURCE_EXHAUSTED",
            503 or 529 => "UNAVAILABLE",
            504 => "DEADLINE_EXCEEDED",
            _ when status < 500 => "FAILED_PRECONDITION",
            _ => "INTERNAL",
        };

    /// <inheritdoc/>
    public override DisclosedAnswer? Disclosed(in DisclosedRefusal refusal, bool stream) => GeminiRefusal.Write(refusal, stream);

    /// <inheritdoc/>
    public override UpstreamRefusal? RefusalOf(ReadOnlySpan<byte> answer) => GeminiRefusal.Read(answer);

    /// <inheritdoc/>
    public override bool Count(ReadOnlySpan<byte> data, StreamTally tally)
    {
        var reader = StreamTally.Reader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var (whole, seen) = (true, 0);
        while (whole && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isCandidates, isUsage, isText) = (
                reader.Is("candidates"u8),
                reader.Is("usageMetadata"u8),
                ResponseReader.IsText(ref reader) || reader.Is("usage"u8)
            );
            var field =
                isCandidates ? 1
                : isUsage ? 2
                : 0;
            whole = !reader.ValueIsEscaped && !isText && (seen & field) == 0;
            seen |= field;
            reader.Read();
            if (isUsage && reader.TokenType == JsonTokenType.StartObject)
            {
                tally.Tokens = ResponseReader.Usage(ref reader);
            }
            else
            {
                whole &=
                    !isUsage
                    && (
                        isCandidates
                            ? reader.TokenType == JsonTokenType.StartArray && Candidates(ref reader, tally)
                            : ChoicesStream.HasNoText(ref reader)
                    );
            }
        }

        return whole && !reader.Read();
    }

    /// <inheritdoc/>
    public override bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json)
    {
        var (head, candidates, any) = (new StreamedObject(), new SortedDictionary<int, Candidate>(), false);
        var events = new SseReader(stream);
        while (events.Read())
        {
            try
            {
                using var parsed = JsonDocument.Parse(
                    events.Data.ToArray(),
                    new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth }
                );
                foreach (var field in parsed.RootElement.EnumerateObject())
                {
                    any = true;
                    if (field.NameEquals("candidates") && field.Value.ValueKind == JsonValueKind.Array)
                    {
                        foreach (var one in field.Value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object))
                        {
                            var index =
                                one.TryGetProperty("index", out var number)
                                && number.ValueKind == JsonValueKind.Number
                                && number.TryGetInt32(out var value)
                                    ? value
                                    : 0;
                            (candidates.TryGetValue(index, out var candidate) ? candidate : candidates[index] = new()).Take(one);
                        }
                    }
                    else
                    {
                        head.Set(Encoding.UTF8.GetBytes(field.Name), Encoding.UTF8.GetBytes(field.Value.GetRawText()));
                    }
                }
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException)
            {
                continue;
            }
        }

        if (!any)
        {
            return false;
        }

        var list = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(list, StreamToBody.Plain))
        {
            writer.WriteStartArray();
            foreach (var candidate in candidates.Values)
            {
                candidate.Write(writer);
            }

            writer.WriteEndArray();
        }

        head.Set("candidates"u8, list.WrittenSpan);
        head.Write(json);
        return true;
    }

    private static bool Candidates(ref Utf8JsonReader reader, StreamTally tally)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isContent, isText) = (reader.Is("content"u8), ResponseReader.IsText(ref reader));
                if (
                    reader.ValueIsEscaped
                    || !reader.Read()
                    || !(
                        isContent
                            ? reader.TokenType == JsonTokenType.StartObject && Content(ref reader, tally)
                            : !isText && ChoicesStream.HasNoText(ref reader)
                    )
                )
                {
                    return false;
                }
            }
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    private static bool Content(ref Utf8JsonReader reader, StreamTally tally)
    {
        var parts = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isParts, isText) = (reader.Is("parts"u8), ResponseReader.IsText(ref reader));
            if (
                reader.ValueIsEscaped
                || !reader.Read()
                || !(
                    isParts
                        ? parts++ == 0 && reader.TokenType == JsonTokenType.StartArray && Parts(ref reader, tally)
                        : !isText && ChoicesStream.HasNoText(ref reader)
                )
            )
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>Parts of text, thought or not; of any other only the whole tells.</summary>
    private static bool Parts(ref Utf8JsonReader reader, StreamTally tally)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isText, isMark) = (reader.Is("text"u8), reader.Is("thought"u8) || reader.Is("thoughtSignature"u8));
                if (
                    reader.ValueIsEscaped
                    || !reader.Read()
                    || !(
                        isText
                            ? reader.TokenType == JsonTokenType.String && tally.Text(ref reader)
                            : isMark && reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.String
                    )
                )
                {
                    return false;
                }
            }
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    /// <summary>
    /// A candidate as far as it came: text goes on where it stopped, other parts come behind, of all else the last counts.
    /// </summary>
    private sealed class Candidate
    {
        private readonly StreamedObject _head = new(),
            _content = new();
        private readonly List<(bool IsText, bool IsThought, StreamedObject Part)> _parts = [];

        public void Take(JsonElement candidate)
        {
            foreach (var field in candidate.EnumerateObject())
            {
                if (!field.NameEquals("content") || field.Value.ValueKind != JsonValueKind.Object)
                {
                    _head.Set(Encoding.UTF8.GetBytes(field.Name), Encoding.UTF8.GetBytes(field.Value.GetRawText()));
                    continue;
                }

                foreach (var inner in field.Value.EnumerateObject())
                {
                    if (inner.NameEquals("parts") && inner.Value.ValueKind == JsonValueKind.Array)
                    {
                        foreach (var part in inner.Value.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object))
                        {
                            Part(part);
                        }
                    }
                    else
                    {
                        _content.Set(Encoding.UTF8.GetBytes(inner.Name), Encoding.UTF8.GetBytes(inner.Value.GetRawText()));
                    }
                }
            }
        }

        public void Write(Utf8JsonWriter json)
        {
            var list = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(list, StreamToBody.Plain))
            {
                writer.WriteStartArray();
                foreach (var (_, _, part) in _parts)
                {
                    part.Write(writer);
                }

                writer.WriteEndArray();
            }

            _content.Set("parts"u8, list.WrittenSpan);
            var content = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(content, StreamToBody.Plain))
            {
                _content.Write(writer);
            }

            _head.Set("content"u8, content.WrittenSpan);
            _head.Write(json);
        }

        private void Part(JsonElement part)
        {
            var isText = part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String;
            var isThought = part.TryGetProperty("thought", out var thought) && thought.ValueKind == JsonValueKind.True;
            if (!isText || _parts.Count == 0 || !_parts[^1].IsText || _parts[^1].IsThought != isThought)
            {
                _parts.Add((isText, isThought, new()));
            }

            var into = _parts[^1].Part;
            foreach (var field in part.EnumerateObject())
            {
                if (isText && field.NameEquals("text") && field.Value.ValueKind == JsonValueKind.String)
                {
                    into.Append("text"u8, Encoding.UTF8.GetBytes(field.Value.GetRawText()).AsSpan()[1..^1]);
                }
                else
                {
                    into.Set(Encoding.UTF8.GetBytes(field.Name), Encoding.UTF8.GetBytes(field.Value.GetRawText()));
                }
            }
        }
    }
}
