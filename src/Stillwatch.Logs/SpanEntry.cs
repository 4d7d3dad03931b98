using Stillwatch.Exchanges.Formats;

namespace Stillwatch.Logs;

/// <summary>
/// A span of a trace that has a call of a model or an agent in it, to be set in order when all are known: the spans of a trace come in any
/// order, in several export requests.
/// </summary>
internal struct SpanEntry
{
    /// <summary>Where it stands.</summary>
    public SpanFacts Span;

    /// <summary>Its exchange, where it has one.</summary>
    public IdEntry Exchange;

    /// <summary>Whether it has one.</summary>
    public bool IsExchange;

    /// <summary>By trace, then by place.</summary>
    public static int ByTrace(in SpanEntry a, in SpanEntry b)
    {
        var order = a.Span.Trace.CompareTo(b.Span.Trace);
        order = order != 0 ? order : a.Span.Id.CompareTo(b.Span.Id);
        order = order != 0 ? order : b.IsExchange.CompareTo(a.IsExchange);
        return order != 0 ? order : IdEntry.ByTime(a.Exchange, b.Exchange);
    }

    /// <summary>The exchanges of one trace that are none after all: agents and calls with a call beneath them.</summary>
    /// <remarks>
    /// Where a call's line of ancestors breaks off (a span between was not exported, or is in no log that was given), agents of the trace
    /// are left out too: they may be above it.
    /// </remarks>
    public static IEnumerable<IdEntry> NoExchanges(List<SpanEntry> trace)
    {
        var byId = new Dictionary<ulong, SpanEntry>();
        foreach (var entry in trace.Where(entry => entry.Span.Id != 0))
        {
            byId.TryAdd(entry.Span.Id, entry);
        }

        var (covered, broken) = (new HashSet<ulong>(), false);
        foreach (var call in trace.Where(entry => entry.IsExchange && entry.Span.Kind == SpanKind.Call))
        {
            broken |= !Climb(call, byId, covered);
        }

        foreach (
            var agent in trace.Where(entry => entry.IsExchange && entry.Span.Kind == SpanKind.Around && !covered.Contains(entry.Span.Id))
        )
        {
            Climb(agent, byId, covered);
        }

        return trace
            .Where(entry => entry.IsExchange && (covered.Contains(entry.Span.Id) || entry.Span.Kind == SpanKind.Around && broken))
            .Select(entry => entry.Exchange);
    }

    /// <summary>Notes all that stands above <paramref name="entry"/>; false where the line breaks off.</summary>
    private static bool Climb(in SpanEntry entry, Dictionary<ulong, SpanEntry> byId, HashSet<ulong> covered)
    {
        for (var (parent, own) = (entry.Span.Parent, entry.Span.Id); parent != 0 && parent != own; )
        {
            if (!byId.TryGetValue(parent, out var above))
            {
                return false;
            }

            if (!covered.Add(parent))
            {
                return true; // what stands above it is noted already
            }

            parent = above.Span.Parent;
        }

        return true;
    }
}
