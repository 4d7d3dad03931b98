using Stillwatch.Campaigns.Telling;
using Stillwatch.Capabilities;
using Stillwatch.Decisions;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Enforce;
using Xunit;

namespace Stillwatch.Tests.Gateway.Enforce;

public sealed class PivotWatchTests
{
    [Fact]
    public async Task Take_WhenFlaggedAccountsTurnToAModelWithinAnHour_ThenPeopleAreToldOnce_AndHonestOnesCountForNothing()
    {
        await using var live = await LiveDeployment.StartAsync();
        List<GatewayAlert> told = [];
        using var services = new GatewayServices(
            live.Running.Settings.Gateway,
            new GatewayPorts
            {
                Clock = Stillwatch.Reports.SystemClock.Instance,
                Directory = live.Running.Accounts,
                Journal = live.Running.Journal,
                Flagged = new FlaggedByName(),
                Owners = live.Running.Gateway.Services.Owners,
                Fingerprints = live.Running.Gateway.Services.Fingerprints,
                Logs = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
                Meter = new System.Diagnostics.Metrics.Meter("pivot"),
                Alert = told.Add,
            }
        );
        var pivots = new PivotWatch(services);
        foreach (var account in new[] { "honest-1", "honest-2", "honest-3", "honest-4", "flagged-1", "flagged-1", "flagged-2" })
        {
            pivots.Take("new", account);
        }

        Assert.Empty(told);
        pivots.Take("other", "flagged-3");
        Assert.Empty(told);
        pivots.Take("new", "flagged-3");
        pivots.Take("new", "flagged-4");
        var alert = Assert.Single(told);
        Assert.Equal(("pivot", "flagged-3"), (alert.Kind, alert.Account));
        Assert.Contains("'new'", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alert_WhenItComes_ThenItIsNotedOnTheOpenCaseOfItsAccount()
    {
        await using var live = await LiveDeployment.StartAsync();
        Deciding.Begin(live.Running.Decisions);
        live.Running.Desk.Take(new("alice", "pivot", "first"));
        await LiveDeployment.Until(() => live.Running.Decisions.Standing.Cases.Count == 1);
        live.Running.Desk.Take(new("alice", "pivot", "second"));
        await LiveDeployment.Until(() => live.Running.Decisions.Standing.Cases.Values.Single().Timeline.Any(line => line.Text == "second"));
        Assert.True(ReleaseRegister.Of([new Gate("m*", Capability.Reasoning)], []).IsGated("m-1"));
        Assert.Single(live.Running.Decisions.Standing.Cases);
        Assert.Equal(Actors.Watch, live.Running.Decisions.Standing.Cases.Values.Single().OpenedBy);
    }

    private sealed class FlaggedByName : IFlaggedAccounts
    {
        public bool IsWatching => true;

        public bool IsFlagged(string account) => account.StartsWith("flagged", StringComparison.Ordinal);
    }
}
