using System.Buffers;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// What a value of another format became: exchange-log lines, and what was lost of it. One a worker; overwritten by the next value.
/// </summary>
internal sealed class Translation
{
    private readonly ArrayBufferWriter<byte> _text = new(64 * 1024);
    private readonly List<(int End, SpanFacts? Span)> _parts = [];
    private readonly List<(Rejection Rejection, long Exchanges)> _lost = [];
    private readonly List<SpanFacts> _between = [];

    /// <summary>How many lines there are.</summary>
    public int Count => _parts.Count;

    /// <summary>What was lost, each fault once, with how many exchanges it cost.</summary>
    public IReadOnlyList<(Rejection Rejection, long Exchanges)> Lost => _lost;

    /// <summary>Spans that are no exchanges and stand between those that are.</summary>
    public IReadOnlyList<SpanFacts> Between => _between;

    /// <summary>Line number <paramref name="part"/>.</summary>
    public ReadOnlySpan<byte> this[int part] => _text.WrittenSpan[(part == 0 ? 0 : _parts[part - 1].End).._parts[part].End];

    /// <summary>Where line number <paramref name="part"/> stands among the spans of its trace; null where it is no span.</summary>
    public SpanFacts? Span(int part) => _parts[part].Span;

    /// <summary>Forgets the value before.</summary>
    public void Clear()
    {
        _text.ResetWrittenCount();
        _parts.Clear();
        _lost.Clear();
        _between.Clear();
    }

    /// <summary>Takes a line.</summary>
    public void Add(ReadOnlySpan<byte> line, SpanFacts? span = null)
    {
        _text.Write(line);
        _parts.Add((_text.WrittenCount, span));
    }

    /// <summary>Notes a span that is no exchange.</summary>
    public void Pass(SpanFacts span) => _between.Add(span);

    /// <summary>Notes that <paramref name="exchanges"/> are lost for <paramref name="rejection"/>.</summary>
    public void Lose(Rejection rejection, long exchanges = 1)
    {
        var at = _lost.FindIndex(lost => lost.Rejection == rejection);
        if (at < 0)
        {
            _lost.Add((rejection, exchanges));
        }
        else
        {
            _lost[at] = (rejection, _lost[at].Exchanges + exchanges);
        }
    }
}
