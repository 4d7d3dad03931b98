using Stillwatch.Gateway.Forward;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

public sealed class UpstreamTests
{
    private readonly SteppedClock _clock = new();

    [Theory]
    [InlineData("", "", "anything", true)] // nothing is known of it
    [InlineData("", "m1 m2", "m2", true)]
    [InlineData("", "m1 m2", "m3", false)]
    [InlineData("m1 big-*", "", "big-7", true)]
    [InlineData("m1 big-*", "", "big-", true)]
    [InlineData("m1 big-*", "", "Big-7", false)]
    [InlineData("m1 big-*", "", "m10", false)]
    [InlineData("m1", "m1 m2", "m2", false)] // what is configured comes before what it lists
    [InlineData("*", "", "whatever", true)]
    public void Serves_WhenModelsAreNamedOrListed_ThenItIsThese(string named, string listed, string model, bool serves)
    {
        using var upstream = Make(named.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        upstream.Listed = listed
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(name => name, _ => Array.Empty<byte>(), StringComparer.Ordinal);
        Assert.Equal(serves, upstream.Serves(model));
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(3600, 60)] // no more than a minute
    [InlineData(0, 0)]
    [InlineData(-5, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 60)]
    public void Rest_WhenItWantsToBeLeftAlone_ThenItIsForSoLong(double wanted, double seconds)
    {
        using var upstream = Make([]);
        upstream.Rest(wanted, _clock);
        Assert.Equal(seconds > 0, upstream.Rests(_clock.GetTimestamp()));
        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(seconds > 0 ? 1 : 0));
        Assert.Equal(seconds > 0, upstream.Rests(_clock.GetTimestamp()));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(upstream.Rests(_clock.GetTimestamp()));
    }

    [Fact]
    public void Rest_WhenItSaysNothingMore_ThenWhatItSaidBeforeHolds()
    {
        using var upstream = Make([]);
        upstream.Rest(10, _clock);
        upstream.Rest(double.NaN, _clock);
        Assert.True(upstream.Rests(_clock.GetTimestamp()));
    }

    [Fact]
    public void Open_WhenManyCallsBeginAndEndAtOnce_ThenNoneIsMiscounted()
    {
        using var upstream = Make([]);
        Parallel.For(0, 10_000, i =>
        {
            upstream.Enter();
            Assert.InRange(upstream.Open, 1, 10_000);
            if (i % 2 == 0)
            {
                upstream.Leave();
            }
        });
        Assert.Equal(5_000, upstream.Open);
    }

    [Theory]
    [InlineData("http://h:1", false, true)]
    [InlineData("http://h:1", true, false)]
    [InlineData("https://h:1", false, false)]
    public void Call_WhenTheServerSpeaksPlainHttp11_ThenItIsByHandAndElseByTheRuntimesClient(string url, bool http2, bool byHand)
    {
        using var upstream = new Upstream(
            new UpstreamOptions
            {
                Name = "a",
                Url = new Uri(url),
                Http2 = http2,
            },
            TimeSpan.FromSeconds(1),
            _clock
        );
        using var call = upstream.Call();
        Assert.Equal(byHand, call is Http1Call);
        Assert.Equal(!byHand, call is HttpClientCall);
    }

    private Upstream Make(string[] models) =>
        new(
            new UpstreamOptions
            {
                Name = "a",
                Url = new Uri("http://127.0.0.1:1"),
                Models = models,
            },
            TimeSpan.FromSeconds(1),
            _clock
        );
}
