using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;

namespace Stillwatch.Tests.Exchanges.Formats;

/// <summary>What one line of a log holds, as the reader of logs takes it.</summary>
internal sealed class ReadLine : ILogSink
{
    private ReadLine() { }

    /// <summary>An exchange: its line, its text by speaker, and its tokens.</summary>
    internal sealed record Exchange(string Line, List<string> Pieces, EventTime At, long OutputTokens, long OutputBytes)
    {
        public JsonNode Json { get; } = JsonNode.Parse(Line)!;

        public string? Account => Json["account"]?.ToString();
    }

    public List<Exchange> Exchanges { get; } = [];

    public List<(Rejection Rejection, long Exchanges)> Lost { get; } = [];

    public Rejection First => Lost.Count == 0 ? Rejection.None : Lost[0].Rejection;

    public static ReadLine Of(string line, LogOptions? options = null) => Of(Encoding.UTF8.GetBytes(line), options);

    public static ReadLine Of(byte[] line, LogOptions? options = null)
    {
        var read = new ReadLine();
        new LogLineReader(options ?? LogOptions.Default).Read(line, read);
        return read;
    }

    public static ReadLine OfLines(string lines)
    {
        var read = new ReadLine();
        var reader = new LogLineReader(LogOptions.Default);
        foreach (var line in lines.Split('\n'))
        {
            reader.Read(Encoding.UTF8.GetBytes(line), read);
        }

        return read;
    }

    public void Take(ExchangeDraft draft, ReadOnlySpan<byte> line, SpanFacts? span)
    {
        List<string> pieces = [];
        foreach (ref readonly var piece in draft.Pieces)
        {
            pieces.Add($"{piece.Role}:{Encoding.UTF8.GetString(draft.Text(piece))}");
        }

        Exchanges.Add(new(Encoding.UTF8.GetString(line), pieces, draft.At, draft.OutputTokens, draft.OutputBytes));
    }

    public void Pass(SpanFacts span) { }

    public void Lose(Rejection rejection, long exchanges) => Lost.Add((rejection, exchanges));
}
