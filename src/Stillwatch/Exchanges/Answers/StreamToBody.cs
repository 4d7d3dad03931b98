using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Puts a stream of events together into the body that the call would have returned without <c>stream</c>. A stream that broke off gives
/// the body as far as it came. Events that are no JSON are skipped.
/// </summary>
internal static class StreamToBody
{
    /// <summary>How bodies are written: as plainly as they came.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>How events are read.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = ExchangeLineReader.MostDepth };

    /// <summary>The body of <paramref name="stream"/>; null where no event of the dialect was found.</summary>
    public static byte[]? Assemble(Dialect dialect, ReadOnlySpan<byte> stream)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(256, stream.Length / 4));
        using var json = new Utf8JsonWriter(output, Plain);
        var any = WireFormat.Of(dialect).Assemble(stream, json);
        json.Flush();
        return any ? output.WrittenSpan.ToArray() : null;
    }
}
