using Stillwatch.Exchanges.Formats;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class SpanEntryTests
{
    /// <summary>
    /// Spans as <c>id&lt;parent:kind</c>; a small letter for the kind: c a call, a an agent, o any other. What is left out is named by its
    /// id.
    /// </summary>
    [Theory]
    [InlineData("1:c", "")]
    [InlineData("1:a 2<1:c", "1")] // an agent with a call beneath it
    [InlineData("2<1:c 1:a", "1")] // in any order
    [InlineData("1:a", "")] // the agent is all there is
    [InlineData("1:a 2<1:a", "1")] // of agents in agents the innermost
    [InlineData("1:a 2<1:a 3<2:c", "1 2")]
    [InlineData("1:a 2<1:o 3<2:c", "1")] // what stands between need not be an exchange
    [InlineData("1:c 2<1:c", "1")] // a call within a call is told once
    [InlineData("1:c 2<1:c 3<1:c", "1")]
    [InlineData("1:a 2<1:c 3:a", "1")] // another agent of the trace, with no call beneath it
    [InlineData("1:a 3<2:c", "1")] // the span between is in no log: the agent may be above it
    [InlineData("1:a 3<2:a", "")] // only calls tell
    [InlineData("1:c 3<2:c", "")] // and calls are never left out for it
    [InlineData("1<2:c 2<1:c", "1 2")] // spans that name each other for their parents
    [InlineData("1<1:c", "")] // or themselves
    [InlineData("1<2:a 2<1:o 3<1:c", "1")]
    [InlineData("0:c 0:c 0:a", "")] // no ids: nothing is known of their places
    [InlineData("1:c 1:c 2<1:c", "1 1")] // one id twice
    [InlineData("1:o 2<1:o", "")]
    [InlineData("", "")]
    public void NoExchanges_WhenSpansOfATraceStandInOneAnother_ThenThoseWithACallBeneathThemAreNone(string spans, string none)
    {
        List<SpanEntry> trace = [];
        foreach (var span in spans.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (place, kind) = (span.Split(':')[0].Split('<'), span.Split(':')[1]);
            var id = ulong.Parse(place[0]);
            trace.Add(
                new SpanEntry
                {
                    Span = new(
                        1,
                        id,
                        place.Length > 1 ? ulong.Parse(place[1]) : 0,
                        kind switch
                        {
                            "c" => SpanKind.Call,
                            "a" => SpanKind.Around,
                            _ => SpanKind.Other,
                        }
                    ),
                    IsExchange = kind != "o",
                    Exchange = new IdEntry { Id = id },
                }
            );
        }

        Assert.Equal(none, string.Join(' ', SpanEntry.NoExchanges(trace).Select(entry => entry.Id).Order()));
    }

    [Fact]
    public void NoExchanges_WhenATraceIsVeryDeep_ThenItEndsAndAllButTheLastAreNone()
    {
        var trace = Enumerable
            .Range(1, 50_000)
            .Select(i => new SpanEntry
            {
                Span = new(1, (ulong)i, (ulong)i - 1, SpanKind.Call),
                IsExchange = true,
                Exchange = new IdEntry { Id = (UInt128)i },
            })
            .ToList();
        Assert.Equal(49_999, SpanEntry.NoExchanges(trace).Count());
    }

    [Fact]
    public void ByTrace_WhenSpansAreSet_ThenByTraceThenIdThenExchangesFirstThenTime()
    {
        static SpanEntry Of(int trace, ulong id, bool exchange, long micros) =>
            new()
            {
                Span = new((UInt128)trace, id, 0, SpanKind.Call),
                IsExchange = exchange,
                Exchange = new IdEntry { Micros = micros },
            };
        SpanEntry[] ordered = [Of(1, 5, false, 9), Of(2, 1, true, 1), Of(2, 1, true, 2), Of(2, 1, false, 0), Of(2, 2, true, 0)];
        for (var i = 0; i < ordered.Length; i++)
        {
            for (var j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(i.CompareTo(j), Math.Sign(SpanEntry.ByTrace(ordered[i], ordered[j])));
            }
        }
    }
}
