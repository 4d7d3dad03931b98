using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Stillwatch.Gateway.Forward;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>Idle connections: the freshest first, each to one call at a time, and none that anything came on or that was closed.</summary>
public sealed class Http1ConnectionsTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SteppedClock _clock = new();
    private readonly List<Socket> _served = [];
    private readonly Http1Connections _connections;

    public Http1ConnectionsTests()
    {
        _listener.Start();
        _connections = new(new Uri($"http://{_listener.LocalEndpoint}"), TimeSpan.FromSeconds(5), _clock);
    }

    public void Dispose()
    {
        _connections.Clear();
        _served.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }

    [Fact]
    public async Task TryTake_WhenSeveralAreIdle_ThenTheOneUsedLastComesFirst()
    {
        var (one, two, three) = (await Dial(), await Dial(), await Dial());
        _connections.Give(one);
        _connections.Give(three);
        _connections.Give(two);
        Assert.Equal(
            (two, three, one, null),
            (_connections.TryTake(), _connections.TryTake(), _connections.TryTake(), _connections.TryTake())
        );
        Assert.Equal((3, 3), _connections.Uses);
        one.Dispose();
        two.Dispose();
        three.Dispose();
    }

    [Fact]
    public async Task TryTake_WhenSomethingCameOnItOrItWasClosed_ThenItIsPassedOverAndClosed()
    {
        var (quiet, answered, closed) = (await Dial(), await Dial(), await Dial());
        _connections.Give(quiet);
        _connections.Give(answered);
        _connections.Give(closed);
        await _served[1].SendAsync("HTTP/1.1 408 Request Time-out\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        _served[2].Dispose();
        await LiveDeployment.Until(() => !answered.IsQuiet && !closed.IsQuiet);
        Assert.Equal((quiet, null), (_connections.TryTake(), _connections.TryTake()));
        Assert.Equal((1, 3), _connections.Uses);
        quiet.Dispose();
        Assert.False(quiet.IsQuiet);
    }

    [Fact]
    public async Task Sweep_WhenSomeAreIdleForLongOrClosed_ThenTheOthersStayInTheirOrder()
    {
        var old = await Dial();
        _connections.Give(old);
        _clock.Advance(TimeSpan.FromSeconds(59));
        var (one, closed, two) = (await Dial(), await Dial(), await Dial());
        _connections.Give(one);
        _connections.Give(closed);
        _connections.Give(two);
        _served[2].Dispose();
        await LiveDeployment.Until(() => !closed.IsQuiet);
        _connections.Sweep();
        Assert.True(old.IsQuiet); // a minute is not over
        _clock.Advance(TimeSpan.FromSeconds(1));
        _connections.Sweep();
        Assert.False(old.IsQuiet);
        Assert.Equal((two, one, null), (_connections.TryTake(), _connections.TryTake(), _connections.TryTake()));
        one.Dispose();
        two.Dispose();
    }

    [Fact]
    public async Task TryTake_WhenManyCallsTakeAndGiveWhileItIsSwept_ThenNoneHasAnothersConnection()
    {
        for (var i = 0; i < 8; i++)
        {
            _connections.Give(await Dial());
        }

        var inUse = new ConcurrentDictionary<Http1Connection, bool>();
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(thread =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 3_000; i++)
                        {
                            if (thread == 0)
                            {
                                _connections.Sweep();
                            }
                            else if (_connections.TryTake() is { } connection)
                            {
                                Assert.True(inUse.TryAdd(connection, true), "two have one connection");
                                Assert.True(inUse.TryRemove(connection, out _));
                                _connections.Give(connection);
                            }
                        }
                    })
                )
        );
        Assert.Equal(
            8,
            Enumerable
                .Range(0, 20)
                .Select(_ => _connections.TryTake())
                .OfType<Http1Connection>()
                .Distinct()
                .Count(connection => connection.IsQuiet)
        );
    }

    [Fact]
    public async Task DialAsync_WhenNobodyListens_ThenItIsUnreachableAndNotCounted()
    {
        _listener.Stop();
        var fault = await Assert.ThrowsAsync<UpstreamException>(() => _connections.DialAsync().AsTask());
        Assert.Equal((UpstreamFault.Unreachable, (0, 0)), (fault.Fault, _connections.Uses));
        Assert.Contains("refused", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:{0}")]
    [InlineData("http://127.0.0.1:{0}")]
    public async Task DialAsync_WhenTheHostIsANameOrAnAddress_ThenItIsReached(string url)
    {
        var connections = new Http1Connections(
            new Uri(string.Format(url, ((IPEndPoint)_listener.LocalEndpoint).Port)),
            TimeSpan.FromSeconds(5),
            _clock
        );
        using var connection = await connections.DialAsync();
        _served.Add(await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        Assert.True(connection.IsQuiet);
    }

    private async Task<Http1Connection> Dial()
    {
        var connection = await _connections.DialAsync();
        _served.Add(await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        return connection;
    }
}
