using Stillwatch.Campaigns.Levels;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Levels;

/// <summary>A group is held against its like, at so much more as there are more of them here.</summary>
public sealed class GroupLevelsTests
{
    private static readonly Calibration Calibration = Calibration.None with
    {
        Levels = HonestLevels.None with
        {
            Groups = PopulationLevel.Of([.. Enumerable.Repeat(1.0, 999)], searched: 10),
            FewGroups = PopulationLevel.Of([.. Enumerable.Repeat(1_000.0, 999)], searched: 10), // higher than anything comes
            OwnGroups = PopulationLevel.Of([.. Enumerable.Repeat(1.0, 997), 1_000, 1_000], searched: 20),
            Ordinary = Scales.Rare(1),
        },
    };

    private readonly WatchScale _scale = new(Calibration);
    private readonly List<WatchedAccount> _accounts = [];
    private readonly List<Campaign> _groups = [];

    [Theory]
    [InlineData(8, 1, 0.001)]
    [InlineData(8, 10, 0.001)]
    [InlineData(8, 50, 0.005)] // among five times as many groups as an honest population has
    [InlineData(7, 1, 1)] // of few accounts: honest ones come higher
    public void Weigh_WhenAGroupComesHigherThanHonestOnes_ThenItIsRareAmongItsLike(int accounts, int groups, double p)
    {
        for (var i = 0; i < groups; i++)
        {
            Group(accounts);
        }

        var levels = Levels();
        levels.Count(Samples.Start);
        _groups[0].Readings.Raise([.. Enumerable.Repeat(2.0, Profile.Count)]);
        levels.Weigh(_groups[0]);
        Assert.Equal(p, _groups[0].P, 9);
        Assert.Equal(p < 1, _groups[0].ReadingsBits > 0);
        Assert.Equal(p < 1, levels.MayBeRare(_groups[0]));
    }

    [Fact]
    public void Count_WhenGroupsForm_ThenTheyCountFromTheNextHourOn_AndASavedWatchKnowsHowMany()
    {
        var levels = Levels();
        levels.Count(Samples.Start);
        for (var i = 0; i < 50; i++)
        {
            Group(8);
        }

        _groups[0].Readings.Raise([.. Enumerable.Repeat(2.0, Profile.Count)]);
        Assert.Equal(0.001, P(levels, hour: 0), 9);
        Assert.Equal(0.005, P(levels, hour: 1), 9);
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            levels.Save(writer);
        }

        saved.Position = 0;
        var loaded = Levels();
        loaded.Load(new BinaryReader(saved));
        Group(8);
        Assert.Equal(0.005, P(loaded, hour: 1), 9);
        Assert.Equal(0.0051, P(loaded, hour: 2), 9);
    }

    /// <summary>Honest groups whose accounts have something of their own come higher than others.</summary>
    [Theory]
    [InlineData(GroupKind.None, 0.001, 0.0225)]
    [InlineData(GroupKind.Many, 0.001, 0.0225)]
    [InlineData(GroupKind.Own, 0.003, 0.0025)]
    [InlineData(GroupKind.OwnApart, 0.003, 0.0025)]
    public void Weigh_WhenItIsJudged_ThenItIsHeldAgainstItsKind_AndItIsWorthJudgingAsBefore(GroupKind kind, double p, double alpha)
    {
        Group(8);
        _groups[0].Readings.Raise([.. Enumerable.Repeat(2.0, Profile.Count)]);
        _groups[0].Kind = kind;
        var levels = Levels();
        levels.Count(Samples.Start);
        levels.Weigh(_groups[0]);
        Assert.Equal(p, _groups[0].P, 9);
        Assert.Equal(alpha, WatchRules.Default.AlphaOf(_groups[0]), 9);
        Assert.True(levels.MayBeRare(_groups[0]));
    }

    [Theory]
    [InlineData(GroupKind.Many, true)]
    [InlineData(GroupKind.Own, false)]
    public void IsOverBars_WhenTheCalibrationsGroupsOfAKindCameAsHigh_ThenNoneOfThatKindIs(GroupKind kind, bool over)
    {
        Group(8);
        _groups[0].Readings.Raise([.. Enumerable.Repeat(2.0, Profile.Count)]);
        _groups[0].Kind = kind;
        Assert.Equal(over, Levels(Calibration with { Bars = Bars.None with { OwnGroups = 1_000 } }).IsOverBars(_groups[0]));
    }

    private double P(GroupLevels levels, int hour)
    {
        levels.Count(new EventTime(Samples.Start.Micros + hour * EventTime.Hour));
        levels.Weigh(_groups[0]);
        return _groups[0].P;
    }

    private GroupLevels Levels(Calibration? calibration = null) =>
        new(calibration ?? Calibration, _scale, WatchRules.Default, _accounts, _groups);

    private void Group(int accounts)
    {
        var group = new Campaign(_groups.Count, _scale);
        for (var i = 0; i < accounts; i++)
        {
            var account = new WatchedAccount(_accounts.Count, (ulong)_accounts.Count, _scale);
            _accounts.Add(account);
            group.Join(account);
        }

        _groups.Add(group);
    }
}
