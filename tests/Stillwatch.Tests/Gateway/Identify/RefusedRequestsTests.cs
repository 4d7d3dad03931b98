using Microsoft.Extensions.Logging;
using Stillwatch.Gateway.Identify;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Gateway.Identify;

/// <summary>Who uses a key that was taken back is in the log, and nobody can fill the log with it (case 26).</summary>
public sealed class RefusedRequestsTests
{
    [Fact]
    public void Say_WhenManyAreRefused_ThenEachKeyAndAddressHasALineAndNoMoreThanTheBound()
    {
        var log = new Lines();
        var refused = new RefusedRequests(log, SystemClock.Instance);
        for (var i = 0; i < 5; i++)
        {
            refused.Say("revoked_key", "7Hq2LmXa", "alice", "192.0.2.1", "/v1/messages");
        }

        Assert.Equal("refused revoked_key: key 7Hq2LmXa of alice from 192.0.2.1 to /v1/messages", Assert.Single(log.Said));
        for (var i = 0; i < 5_000; i++)
        {
            refused.Say("invalid_api_key", null, null, $"192.0.2.{i % 250}:{i}", "/v1/messages");
        }

        Assert.Equal(RefusedRequests.MostLines, log.Said.Count);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Said.Add(formatter(state, exception));
    }
}
