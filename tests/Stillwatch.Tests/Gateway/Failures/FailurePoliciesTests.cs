using Microsoft.Extensions.Logging.Abstractions;
using Stillwatch.Engine.Storage;
using Stillwatch.Engine.Vault;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Failures;
using Stillwatch.Sketches;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway.Failures;

public sealed class FailurePoliciesTests : IAsyncLifetime
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public void Record_WhenTheWatchIsDeadOrTheJournalFails_ThenThePolicyDecides()
    {
        var exchange = AnExchange.Of(Services, Chat, options: Services.Options with { JournalFault = OnJournalFault.Closed });
        Assert.False(FailurePolicies.MayGoUnrecorded(Services, exchange));
        Assert.True(FailurePolicies.MayGoUnrecorded(Services, AnExchange.Of(Services, Chat))); // open, unless flagged
        Assert.Null(
            FailurePolicies.Watch(
                Services,
                AnExchange.Of(Services, Chat, options: Services.Options with { WatchDead = OnWatchDead.ClosedForFlagged })
            )
        );
    }

    [Theory]
    [InlineData(0.949, "Shed", null)]
    [InlineData(0.95, "Shed", "overloaded")]
    [InlineData(1.0, "Ignore", null)]
    public void Overload_WhenMemoryIsShort_ThenNothingMoreIsTakenWhereTheSettingsWantThat(double share, string setting, string? code)
    {
        Services.MemoryShare = share;
        var refusal = FailurePolicies.Overload(Services, Services.Options with { MemoryShort = Enum.Parse<OnMemoryShort>(setting) });
        Assert.Equal((code, code == null ? 0 : 503, code == null ? 0 : 1), (refusal?.Code, refusal?.Status ?? 0, refusal?.RetryAfter ?? 0));
        Services.Draining = true; // whatever the setting
        Assert.Equal("unavailable", FailurePolicies.Overload(Services, Services.Options)!.Code);
    }

    [Theory]
    [InlineData(5.0, "Closed", false)] // it may be late
    [InlineData(5.1, "Closed", true)]
    [InlineData(5.1, "OpenForKnown", false)]
    [InlineData(600.0, "OpenForKnown", false)]
    [InlineData(600.1, "OpenForKnown", true)] // who knows what changed since
    public void Store_WhenItHasNotAnsweredForLong_ThenThoseWhoAreKnownGoOnForAsLongAsTheSettingsSay(
        double seconds,
        string setting,
        bool refused
    )
    {
        var clock = new SteppedClock();
        using var folder = new LogFolder();
        using var store = new AccountStore(Path.Combine(folder.Path, "a.db"), new MasterKey(new byte[32]), clock);
        var options = Services.Options with { StoreFault = Enum.Parse<OnStoreFault>(setting) };
        using var meter = new System.Diagnostics.Metrics.Meter("stillwatch-test-store");
        var ports = new GatewayPorts
        {
            Clock = clock,
            Directory = store,
            Journal = Services.Journal,
            Flagged = Services.Flagged,
            Owners = Services.Owners,
            Fingerprints = KeyedHash.ForScan,
            Logs = NullLoggerFactory.Instance,
            Meter = meter,
        };
        using var services = new GatewayServices(options, ports);
        clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(refused ? "unavailable" : null, FailurePolicies.Store(services, options)?.Code);
        Assert.True(store.Refresh());
        Assert.Null(FailurePolicies.Store(services, options));
    }

    [Theory]
    [InlineData("Reject", false, false)]
    [InlineData("Reject", true, false)]
    [InlineData("Forward", false, true)]
    [InlineData("Forward", true, false)] // a limit hangs on what it asks for
    public void MayGoUndecoded_WhenNobodyCanTellWhatABodyAsksFor_ThenItGoesOnOnlyWhereNothingHangsOnIt(
        string setting,
        bool matters,
        bool may
    ) =>
        Assert.Equal(
            may,
            FailurePolicies.MayGoUndecoded(
                Services,
                AnExchange.Of(Services, "?", options: Services.Options with { Undecodable = Enum.Parse<OnUndecodable>(setting) }),
                matters
            )
        );

    [Theory]
    [InlineData("Open", true)]
    [InlineData("OpenUnlessFlagged", true)] // alice is not flagged
    [InlineData("Closed", false)]
    public void MayGoUnrecorded_WhenTheJournalTakesNothing_ThenTheSettingDecides(string setting, bool may) =>
        Assert.Equal(
            may,
            FailurePolicies.MayGoUnrecorded(
                Services,
                AnExchange.Of(Services, Chat, options: Services.Options with { JournalFault = Enum.Parse<OnJournalFault>(setting) })
            )
        );
}
