using Stillwatch.Campaigns.Levels;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Levels;

/// <summary>What honest populations' groups came to at any look, also where they did not stay.</summary>
public sealed class GroupsSeenTests
{
    private readonly WatchScale _scale = new(Calibration.None with { Levels = HonestLevels.None with { Ordinary = Scales.Rare(1) } });
    private readonly List<WatchedAccount> _accounts = [];
    private int _judged;
    private GroupKind _kind = GroupKind.Many;

    [Fact]
    public void Take_WhenAnotherAbsorbsAGroup_ThenWhatItCameToStays()
    {
        var seen = Seen();
        var (group, other) = (Group(8), Group(8));
        seen.Take(ComesTo(group, 1.5), isOfFew: false);
        other.Absorb(group, _accounts);
        seen.Take(ComesTo(other, 1), isOfFew: false);
        Assert.Equal(1.5 * 1.5, seen[GroupKind.Many], 9);
        Assert.Equal(1.5, seen.ByDetector[0]);
        Assert.Equal((double.NegativeInfinity, double.NegativeInfinity), (seen[GroupKind.Few], seen[GroupKind.Own]));
    }

    [Fact]
    public void Take_WhenAGroupGrowsOutOfFew_ThenEachKindKeepsItsOwn()
    {
        var seen = Seen();
        var group = Group(7);
        _kind = GroupKind.Few;
        seen.Take(ComesTo(group, 1), isOfFew: true);
        Join(group);
        _kind = GroupKind.Many; // by one account more it is judged anew
        seen.Take(ComesTo(group, 0.5), isOfFew: false);
        Assert.Equal((1, 1), (seen[GroupKind.Few], seen[GroupKind.Many]));
    }

    [Fact]
    public void Take_WhenItIsNoCandidate_ThenItDoesNotCount_UntilItIsOne()
    {
        var seen = Seen();
        var group = Group(8);
        Ask(group, 32);
        _kind = GroupKind.None;
        seen.Take(ComesTo(group, 1), isOfFew: false);
        Assert.Equal(double.NegativeInfinity, seen[GroupKind.Many]);
        _kind = GroupKind.Own;
        Ask(group, 1); // less than a sixteenth more
        seen.Take(group, isOfFew: false);
        Assert.Equal(1, _judged);
        Ask(group, 1);
        seen.Take(group, isOfFew: false);
        Assert.Equal(2, _judged);
        Assert.Equal((double.NegativeInfinity, 1), (seen[GroupKind.Many], seen[GroupKind.Own]));
    }

    [Fact]
    public void Take_WhenItCannotBeTheHighest_ThenNobodyJudgesIt()
    {
        var seen = Seen();
        seen.Take(ComesTo(Group(8), 1), isOfFew: false);
        _kind = GroupKind.Own;
        seen.Take(ComesTo(Group(8), 1.25), isOfFew: false);
        seen.Take(ComesTo(Group(8), 0.5), isOfFew: false);
        seen.Take(ComesTo(Group(1), 2), isOfFew: true); // is alone
        Assert.Equal(2, _judged);
    }

    private GroupsSeen Seen() =>
        new(_ =>
        {
            _judged++;
            return _kind;
        });

    private static Campaign ComesTo(Campaign group, double reading)
    {
        var together = new double[Profile.Count];
        together[0] = reading;
        group.Readings.Raise(together);
        return group;
    }

    private static void Ask(Campaign group, int times)
    {
        for (var i = 0; i < times; i++)
        {
            group.Observe(new ExchangeFeatures { At = Samples.Start });
        }
    }

    private Campaign Group(int accounts)
    {
        var group = new Campaign(_accounts.Count, _scale);
        for (var i = 0; i < accounts; i++)
        {
            Join(group);
        }

        return group;
    }

    private void Join(Campaign group)
    {
        var account = new WatchedAccount(_accounts.Count, (ulong)_accounts.Count, _scale);
        _accounts.Add(account);
        group.Join(account);
    }
}
