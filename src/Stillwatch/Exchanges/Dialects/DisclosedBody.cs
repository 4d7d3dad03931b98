using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// Writes the body of a <see cref="DisclosedAnswer"/>: one object, or events. JSON is written with its strict escapes: all beyond ASCII is
/// escaped, so no string of a customer can end a line of a stream. Not thread-safe.
/// </summary>
internal sealed class DisclosedBody : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private bool _isStream;

    /// <summary>Begins empty.</summary>
    public DisclosedBody() => Json = new(_output);

    /// <summary>Writes the object, or the data of the event that was begun.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Begins an event and its object.</summary>
    /// <param name="name">The event's name, which is the object's type too; null where the dialect's events have none.</param>
    public void Begin(string? name = null)
    {
        _isStream = true;
        if (name != null)
        {
            Write("event: "u8);
            Write(System.Text.Encoding.ASCII.GetBytes(name));
            Write("\n"u8);
        }

        Write("data: "u8);
        Json.WriteStartObject();
        if (name != null)
        {
            Json.WriteString("type", name); // first: StreamEnd looks at the beginning of the data
        }
    }

    /// <summary>Ends the event and its object.</summary>
    public void End()
    {
        Json.WriteEndObject();
        Json.Flush();
        Json.Reset();
        Write("\n\n"u8);
    }

    /// <summary>Writes the mark that ends OpenAI's streams.</summary>
    public void Done() => Write("data: [DONE]\n\n"u8);

    /// <summary>The answer, with all that was written. The status is 200: libraries throw, and try again, on any other.</summary>
    public DisclosedAnswer Answer()
    {
        Json.Flush();
        return new(200, _isStream ? "text/event-stream" : "application/json", _output.WrittenSpan.ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();

    private void Write(ReadOnlySpan<byte> bytes) => _output.Write(bytes);
}
