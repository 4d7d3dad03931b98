using Stillwatch.Capabilities;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Capabilities;

public sealed class StandingReleaseTests
{
    private static readonly double[] Shares = [0.001, 0.01, 0.05, 0.2, 0.5, 0.9, 0.999, 1];
    private static readonly string[] Accounts = [.. Enumerable.Range(0, 10_000).Select(i => $"acct-{i}")];

    [Fact]
    public void Reaches_WhenAnAccountIsAmongASmallShare_ThenItIsAmongEveryLarger()
    {
        foreach (var account in Accounts)
        {
            var reached = Shares.Select((_, stage) => At(stage).Reaches("paid", account)).ToList();
            Assert.Equal(reached.Order(), reached);
            Assert.True(reached[^1]);
        }
    }

    [Fact]
    public void Reaches_WhenThereAre10000Accounts_ThenTheShareIsAboutTheirProportion()
    {
        for (var stage = 0; stage < Shares.Length; stage++)
        {
            var release = At(stage);
            var share = Shares[stage];
            var deviation = 5 * Math.Sqrt(share * (1 - share) / Accounts.Length); // five standard deviations
            Assert.InRange(
                Accounts.Count(one => release.Reaches("paid", one)) / (double)Accounts.Length,
                share - deviation,
                share + deviation
            );
        }
    }

    [Fact]
    public void Reaches_WhenTheReleaseIsAnother_ThenOtherAccountsAreFirst()
    {
        var (one, other) = (At(4), At(4, id: 2));
        var both = Accounts.Count(account => one.Reaches("paid", account) && other.Reaches("paid", account));
        Assert.InRange(both / (double)Accounts.Length, 0.22, 0.28);
    }

    [Fact]
    public void Reaches_WhenTheTierIsNotNamed_ThenNobodyOfItHasIt()
    {
        Assert.False(At(7).Reaches("free", "acct-1"));
        Assert.False(At(7).Reaches("Paid", "acct-1"));
    }

    [Fact]
    public void Reaches_WhenItIsNotStaged_ThenNobodyHasIt()
    {
        foreach (var state in Enum.GetValues<ReleaseState>().Where(state => state != ReleaseState.Staged))
        {
            Assert.False((At(7) with { State = state, Stage = -1 }).Reaches("paid", "acct-1"));
        }
    }

    private static StandingRelease At(int stage, ulong id = 1) =>
        new(
            new(ReleaseId.Of(id), new Gate("m", Capability.Tools), [.. Shares.Select(share => new ReleaseStage(["paid"], share))], new()),
            "rosa",
            new EventTime(0)
        )
        {
            State = ReleaseState.Staged,
            Stage = stage,
        };
}
