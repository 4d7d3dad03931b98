using System.Text.Json;
using System.Text.Unicode;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// Reads a line of a log, or a stretch of a document, whatever stands on it: one object or several, with commas and brackets between, of
/// any format that is known, also within what a collector or a container's runtime put around it. Each object is told by its own fields;
/// what is of no known format is named. One a worker; not thread-safe.
/// </summary>
internal sealed class LogLineReader(LogOptions options)
{
    private const int LongestPrefix = 256;
    private const int DeepestWrapping = 4;
    private const int NamesShown = 5;

    private readonly ExchangeDraft _draft = new();
    private readonly Translation _translation = new();
    private readonly JsonSlices _fields = new();
    private bool _plain = true; // whether the object before was a line of an exchange log: then the next one is tried as one first

    /// <summary>Reads <paramref name="line"/> and gives <paramref name="sink"/> all that is on it.</summary>
    public void Read(ReadOnlySpan<byte> line, ILogSink sink)
    {
        if (!Utf8.IsValid(line))
        {
            sink.Lose(new(RejectionKind.NotUtf8, "the line is not valid UTF-8"), 1);
            return;
        }

        var at = 0;
        while ((at = SkipBetween(line, at)) < line.Length)
        {
            var rest = line[at..];
            if (rest[0] != '{')
            {
                var prefix = at == 0 ? Prefix(rest, sink) : 0;
                at =
                    prefix > 0
                        ? prefix
                        : Broken(
                            line,
                            at,
                            at == 0 ? "the line is no JSON object" : $"what follows the object at byte {at} is no JSON object",
                            sink
                        );
            }
            else if (_plain && ExchangeLineReader.ReadFirst(rest, _draft, out var bytes).Taken)
            {
                sink.Take(_draft, rest[..bytes], null);
                at += bytes;
            }
            else
            {
                at = Object(line, at, sink);
            }
        }
    }

    /// <summary>
    /// Passes over what stands between the objects of a list, of a sequence (RFC 7464), of files that were joined, and what a file has
    /// where its beginning was cut off under its writer.
    /// </summary>
    private static int SkipBetween(ReadOnlySpan<byte> line, int at)
    {
        while (at < line.Length)
        {
            if (line[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)'[' or (byte)']' or 0 or 0x1E)
            {
                at++;
            }
            else if (line[at..].StartsWith("\uFEFF"u8))
            {
                at += 3;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    /// <summary>Reads the object at <paramref name="at"/>, and says where it ends.</summary>
    private int Object(ReadOnlySpan<byte> line, int at, ILogSink sink)
    {
        int end;
        try
        {
            var reader = JsonText.Reader(line[at..]);
            reader.Read();
            _fields.Read(ref reader);
            end = at + (int)reader.BytesConsumed;
        }
        catch (JsonException broken)
        {
            return Broken(
                line,
                at,
                $"not valid JSON at byte {at + broken.BytePositionInLine}: {ExchangeLineReader.FirstSentence(broken.Message)}",
                sink
            );
        }

        Value(line[at..end], _fields, sink, DeepestWrapping);
        return end;
    }

    /// <summary>
    /// Names what is broken and goes on where the next object surely begins: behind <c>}</c>, at <c>{"</c>. Within a valid object this
    /// never stands: between its braces there is a comma, and within its strings the quotation mark is escaped, so that nothing that a
    /// customer sent is taken for an exchange.
    /// </summary>
    private static int Broken(ReadOnlySpan<byte> line, int at, string says, ILogSink sink)
    {
        sink.Lose(new(RejectionKind.NotJson, says), 1);
        var next = line[(at + 1)..].IndexOf("}{\""u8);
        return next < 0 ? line.Length : at + 1 + next + 1;
    }

    /// <summary>
    /// Where the object begins behind the time, the stream or the level that a runtime or a logger writes in front of it; 0 where there is
    /// no such thing.
    /// </summary>
    private int Prefix(ReadOnlySpan<byte> line, ILogSink sink)
    {
        var brace = line[..Math.Min(line.Length, LongestPrefix)].IndexOf((byte)'{');
        if (brace <= 0 || line[..brace].ContainsAny((byte)'"', (byte)'}'))
        {
            return 0;
        }

        var words = line[..brace].TrimEnd((byte)' ');
        if (words.EndsWith(" stdout P"u8) || words.EndsWith(" stderr P"u8))
        {
            sink.Lose(
                new(
                    RejectionKind.NotJson,
                    "a part of a line that the container's runtime cut up (P for partial): have a collector join them"
                ),
                1
            );
            return line.Length;
        }

        try
        {
            var reader = JsonText.Reader(line[brace..]);
            reader.Read();
            _fields.Read(ref reader);
        }
        catch (JsonException)
        {
            return 0;
        }

        return LogShapes.Of(_fields, out _) is LogShape.Unknown or LogShape.Named ? 0 : brace;
    }

    private void Value(ReadOnlySpan<byte> json, JsonSlices fields, ILogSink sink, int depth)
    {
        var shape = LogShapes.Of(fields, out var says);
        _plain = shape == LogShape.ExchangeLog;
        switch (shape)
        {
            case LogShape.ExchangeLog:
                Deliver(json, null, sink);
                break;
            case LogShape.Named:
                sink.Lose(new(RejectionKind.NoExchange, says), 1);
                break;
            case LogShape.Unknown:
                Unwrap(json, fields, sink, depth);
                break;
            default:
                Translate(json, fields, shape, sink);
                break;
        }
    }

    private void Translate(ReadOnlySpan<byte> json, JsonSlices fields, LogShape shape, ILogSink sink)
    {
        _translation.Clear();
        try
        {
            switch (shape)
            {
                case LogShape.LiteLlm:
                    LiteLlmToExchange.Translate(json, fields, options, _translation);
                    break;
                case LogShape.OtlpSpans:
                    OtlpGenAiToExchange.Spans(json, fields, options, _translation);
                    break;
                default:
                    OtlpGenAiToExchange.Records(json, fields, options, _translation);
                    break;
            }
        }
        catch (JsonException broken)
        {
            _translation.Lose(
                new(RejectionKind.NotJson, $"a value within it is not valid JSON: {ExchangeLineReader.FirstSentence(broken.Message)}")
            );
        }

        for (var part = 0; part < _translation.Count; part++)
        {
            Deliver(_translation[part], _translation.Span(part), sink);
        }

        foreach (var span in _translation.Between)
        {
            sink.Pass(span);
        }

        foreach (var (rejection, exchanges) in _translation.Lost)
        {
            sink.Lose(rejection, exchanges);
        }
    }

    private void Deliver(ReadOnlySpan<byte> line, SpanFacts? span, ILogSink sink)
    {
        var rejection = ExchangeLineReader.ReadFirst(line, _draft, out _);
        if (rejection.Taken)
        {
            sink.Take(_draft, line, span);
        }
        else
        {
            sink.Lose(rejection, 1);
        }
    }

    private void Unwrap(ReadOnlySpan<byte> json, JsonSlices fields, ILogSink sink, int depth)
    {
        var wrapped = depth == 0 ? [] : Wrapped.In(json, fields);
        var inner = wrapped.Trim(" \t\r\n"u8);
        if (inner.Length == 0 || inner[0] is not ((byte)'{' or (byte)'['))
        {
            sink.Lose(new(RejectionKind.UnknownFormat, $"no known format ({Names(fields)})"), 1);
            return;
        }

        try
        {
            var reader = JsonText.Reader(inner);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                reader.Read();
            }

            for (var each = new JsonSlices(); reader.TokenType == JsonTokenType.StartObject; reader.Read())
            {
                var start = (int)reader.TokenStartIndex;
                each.Read(ref reader, start);
                Value(inner[start..(int)reader.BytesConsumed], each, sink, depth - 1);
                if (inner[0] == '{')
                {
                    break;
                }
            }
        }
        catch (JsonException)
        {
            sink.Lose(
                new(
                    RejectionKind.NotJson,
                    "a line within another (of a container's runtime or a collector) that is not whole: long lines are cut up there; "
                        + "have a collector join them"
                ),
                1
            );
        }
    }

    private static string Names(JsonSlices fields) =>
        fields.Names.Count == 0
            ? "an object without fields"
            : string.Join(", ", fields.Names.Take(NamesShown).Select(name => name.Length > 40 ? name[..40] + "…" : name))
                + (fields.Names.Count > NamesShown ? ", …" : "");
}
