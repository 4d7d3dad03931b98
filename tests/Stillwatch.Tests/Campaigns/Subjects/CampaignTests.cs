using Stillwatch.Campaigns.Subjects;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Subjects;

/// <summary>What a group is held against others by is its own, and of one period.</summary>
public sealed class CampaignTests
{
    private readonly WatchScale _scale = new(Calibration.None with { Levels = HonestLevels.None with { Ordinary = Scales.Rare(1) } });
    private readonly List<WatchedAccount> _accounts = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BeginPeriod_WhenAGroupIsNotFlagged_ThenItIsReadAnew(bool flagged)
    {
        var group = Group(3, comesTo: 2);
        if (flagged)
        {
            group.Detect(Samples.Start, FlagCause.Own);
        }

        var before = group.Statistic;
        Assert.True(before > 0);
        group.BeginPeriod();
        Assert.Equal(flagged ? before : 0, group.Statistic);
        Assert.Equal(flagged ? 0.001 : 1, group.P);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Leave_WhenTheGroupIsNotFlagged_ThenThoseWhoStayAreReadAnew(bool flagged)
    {
        var group = Group(3, comesTo: 2);
        if (flagged)
        {
            group.Detect(Samples.Start, FlagCause.Own);
        }

        var before = group.Statistic;
        group.Leave([0], _accounts);
        Assert.Equal(flagged ? before : 0, group.Statistic);
        Assert.Equal([1, 2], group.Accounts);
    }

    [Fact]
    public void Absorb_WhenTheOtherWasFlagged_ThenWhyStays()
    {
        var (into, other) = (Group(3, comesTo: 1), Group(3, comesTo: 2));
        other.Detect(Samples.Start, FlagCause.Own);
        var (statistic, bits) = (other.Statistic, other.Bits);
        into.Absorb(other, _accounts);
        Assert.Equal((statistic, bits), (into.Statistic, into.Bits));
        Assert.Equal(Samples.Start, into.DetectedAt);
        Assert.Equal(6, into.Accounts.Count);
    }

    [Fact]
    public void Absorb_WhenTheOtherWasNotFlagged_ThenItsReadingsAreNotTheWholes()
    {
        var (into, other) = (Group(3, comesTo: 1), Group(3, comesTo: 2));
        var statistic = into.Statistic;
        into.Absorb(other, _accounts);
        Assert.Equal(statistic, into.Statistic);
    }

    private Campaign Group(int accounts, double comesTo)
    {
        var group = new Campaign(0, _scale);
        for (var i = 0; i < accounts; i++)
        {
            var account = new WatchedAccount(_accounts.Count, (ulong)_accounts.Count, _scale);
            _accounts.Add(account);
            group.Join(account);
        }

        group.Readings.Raise([.. Enumerable.Repeat(comesTo, Profile.Count)]);
        group.P = 0.001;
        return group;
    }
}
