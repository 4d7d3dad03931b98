using Microsoft.Extensions.Logging;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Settle;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway.Settle;

public sealed class ExchangeLogTests : IAsyncLifetime
{
    private readonly SteppedClock _clock = new();
    private readonly Lines _log = new();
    private LiveDeployment _live = null!;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public void Write_WhenAllIsKnown_ThenItIsOneLineForAPersonAndFieldsForAProgram()
    {
        var exchange = Ended(Outcome.Complete, 200);
        using var upstream = new Upstream(
            new UpstreamOptions { Name = "one", Url = new Uri("http://127.0.0.1:1") },
            TimeSpan.FromSeconds(1),
            _clock
        );
        (exchange.Upstream, exchange.Usage, exchange.Began) = (upstream, (9, 3), _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromMilliseconds(120));
        exchange.FirstByte = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromMilliseconds(30));
        ExchangeLog.Write(_log, exchange, _clock);
        var (level, id, line, fields) = Assert.Single(_log.Said);
        Assert.Equal((LogLevel.Information, 100), (level, id));
        Assert.Equal(
            "x1 of alice with key k: Chat m at one, 200 complete, first byte after 120 ms, ended after 150 ms, 9 tokens in, 3 tokens out",
            line
        );
        Assert.Equal(
            [
                "Id",
                "Account",
                "Key",
                "Dialect",
                "Model",
                "Upstream",
                "Status",
                "Outcome",
                "FirstByteMs",
                "LatencyMs",
                "InputTokens",
                "OutputTokens",
            ],
            fields.Keys
        );
        Assert.Equal((200, 120, 9L), (fields["Status"], fields["FirstByteMs"], fields["InputTokens"]));
    }

    [Fact]
    public void Write_WhenLittleIsKnown_ThenWhatIsNotIsInNeither()
    {
        var exchange = Ended(Outcome.Complete, 500);
        exchange.Began = _clock.GetTimestamp();
        ExchangeLog.Write(_log, exchange, _clock);
        var (_, _, line, fields) = Assert.Single(_log.Said);
        Assert.Equal("x1 of alice with key k: Chat m, 500 upstream_error, ended after 0 ms", line);
        Assert.Equal(["Id", "Account", "Key", "Dialect", "Model", "Status", "Outcome", "LatencyMs"], fields.Keys);
    }

    [Fact]
    public void Write_WhenNobodyWantsLinesOrNobodyIsKnown_ThenThereIsNone()
    {
        _log.On = false;
        ExchangeLog.Write(_log, Ended(Outcome.Complete, 200), _clock);
        _log.On = true;
        ExchangeLog.Write(_log, AnExchange.Of(_live.Running.Gateway.Services, "{}"), _clock);
        Assert.Empty(_log.Said);
    }

    private Exchange Ended(Outcome outcome, int status)
    {
        var exchange = AnExchange.Of(
            _live.Running.Gateway.Services,
            """{"model":"m","messages":[{"role":"user","content":"secret words"}]}"""
        );
        exchange.Record = new ExchangeRecord
        {
            Id = "x1",
            At = default,
            Account = "alice",
            Key = "k",
            Model = "m",
            Endpoint = "/",
            Outcome = outcome,
            Status = status,
        };
        return exchange;
    }

    private sealed class Lines : ILogger
    {
        public bool On { get; set; } = true;

        public List<(LogLevel Level, int Id, string Line, Dictionary<string, object?> Fields)> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => On;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            Said.Add(
                (
                    logLevel,
                    eventId.Id,
                    formatter(state, exception),
                    ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(StringComparer.Ordinal)
                )
            );
    }
}
