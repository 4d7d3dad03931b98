using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Forward;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Gateway;

public sealed class GatewayMetricsTests : IAsyncLifetime
{
    private readonly Meter _meter = new("stillwatch-test-" + nameof(GatewayMetricsTests));
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _heard = [];
    private LiveDeployment _live = null!;
    private GatewayMetrics _metrics = null!;

    public async ValueTask InitializeAsync()
    {
        _live = await LiveDeployment.StartAsync();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
        _metrics = new GatewayMetrics(_meter);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _meter.Dispose();
        return _live.DisposeAsync();
    }

    [Theory]
    [InlineData(Outcome.Complete, 200, "complete", "2xx")]
    [InlineData(Outcome.Complete, 399, "complete", "3xx")]
    [InlineData(Outcome.Complete, 400, "upstream_error", "4xx")]
    [InlineData(Outcome.Complete, 529, "upstream_error", "5xx")]
    [InlineData(Outcome.Complete, 0, "upstream_error", "none")]
    [InlineData(Outcome.ClientGone, 200, "client_gone", "2xx")]
    [InlineData(Outcome.UpstreamCut, 502, "upstream_cut", "5xx")]
    [InlineData(Outcome.Timeout, 504, "timeout", "5xx")]
    [InlineData(Outcome.Refused, 429, "refused", "4xx")]
    public void Ended_WhenAnExchangeIsOver_ThenItIsCountedByHowItEnded(Outcome outcome, int status, string word, string statusClass)
    {
        _metrics.Ended(Exchange("m", outcome, firstByte: outcome != Outcome.Refused), status, SystemClock.Instance);
        var (_, value, tags) = _heard.Single(one => one.Name == "stillwatch.exchanges");
        Assert.Equal((1, word, statusClass, "m", "u"), (value, tags["outcome"], tags["status_class"], tags["model"], tags["upstream"]));
        var durations = _heard.Where(one => one.Name == "gen_ai.server.request.duration").ToList();
        Assert.Equal(outcome == Outcome.Refused ? 0 : 1, durations.Count); // one that no server answered has none
        if (durations.Count > 0)
        {
            Assert.Equal(
                word == "complete" ? null
                    : word == "upstream_error" ? status.ToString()
                    : word,
                durations[0].Tags.GetValueOrDefault("error.type")
            );
            Assert.Single(_heard, one => one.Name == "gen_ai.server.time_to_first_token");
        }
    }

    [Fact]
    public void Ended_WhenCustomersMakeUpNames_ThenTwoHundredHaveTheirOwnFiguresAndTheOthersShareOne()
    {
        Parallel.For(0, 1_000, i => _metrics.Ended(Exchange($"model-{i % 500}", Outcome.Complete), 200, SystemClock.Instance));
        Parallel.For(0, 1_000, i => _metrics.Ended(Exchange($"model-{i % 500}", Outcome.Complete), 200, SystemClock.Instance));
        var names = _heard
            .Where(one => one.Name == "stillwatch.exchanges")
            .GroupBy(one => (string)one.Tags["model"]!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        Assert.Equal(201, names.Count);
        Assert.Equal((2_000, true), (names.Values.Sum(), names["other"] >= 300 * 4));
    }

    [Fact]
    public void Ended_WhenNoServerWasAskedOrTheNameIsLong_ThenTheNameIsNotTold()
    {
        var refused = Exchange("made-up", Outcome.Refused, firstByte: false);
        refused.Upstream = null;
        _metrics.Ended(refused, 404, SystemClock.Instance);
        _metrics.Ended(Exchange(new string('x', 101), Outcome.Complete), 200, SystemClock.Instance);
        Assert.Equal(
            [("other", "none"), ("other", "u")],
            _heard
                .Where(one => one.Name == "stillwatch.exchanges")
                .Select(one => ((string)one.Tags["model"]!, (string)one.Tags["upstream"]!))
        );
    }

    [Fact]
    public void Used_WhenTokensAreCounted_ThenInputAndOutputAreApart()
    {
        _metrics.Used(Exchange("m", Outcome.Complete), 7, 11);
        Assert.Equal([("input", 7), ("output", 11)], _heard.Select(one => ((string)one.Tags["gen_ai.token.type"]!, one.Value)));
        Assert.All(_heard, one =>
            Assert.Equal(
                ("gen_ai.client.token.usage", "chat", "u"),
                (one.Name, one.Tags["gen_ai.operation.name"], one.Tags["gen_ai.provider.name"])
            )
        );
    }

    [Fact]
    public void Count_WhenSomethingHappens_ThenItsOwnCounterSaysSo()
    {
        _metrics.Refused("model_not_found");
        _metrics.Policy("journal", "open");
        _metrics.FailedOver("a");
        _metrics.Retried("b");
        Assert.Equal(
            [
                "stillwatch.refusals code=model_not_found",
                "stillwatch.failure_policy cause=journal action=open",
                "stillwatch.upstream.failovers upstream=a",
                "stillwatch.upstream.retries upstream=b",
            ],
            _heard.Select(one => $"{one.Name} {string.Join(' ', one.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}")
        );
    }

    private Exchange Exchange(string model, Outcome outcome, bool firstByte = true)
    {
        var exchange = AnExchange.Of(_live.Running.Gateway.Services, $$"""{"model":"{{model}}","messages":[]}""");
        exchange.Record = new ExchangeRecord
        {
            Id = "x",
            At = default,
            Account = "alice",
            Endpoint = "/",
            Outcome = outcome,
        };
        exchange.Upstream = new Upstream(
            new UpstreamOptions { Name = "u", Url = new Uri("http://127.0.0.1:1") },
            TimeSpan.FromSeconds(1),
            SystemClock.Instance
        );
        (exchange.Began, exchange.FirstByte) = (1, firstByte ? 2 : 0);
        return exchange;
    }

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var kept = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, tag) in tags)
        {
            kept[name] = tag;
        }

        _heard.Enqueue((instrument.Name, value, kept));
    }
}
