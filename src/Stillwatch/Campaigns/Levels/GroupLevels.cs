using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Levels;

/// <summary>
/// How rare what a group's readings come to is: its rank among independent honest populations, and whether it lies over the bars of the
/// calibration's accounts and of the watch's own other accounts.
/// </summary>
/// <param name="calibration">What honest populations come to.</param>
/// <param name="scale">What a group is read by.</param>
/// <param name="rules">From how many accounts on a group is none of few.</param>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="campaigns">The watch's campaigns, by number.</param>
internal sealed class GroupLevels(
    Calibration calibration,
    WatchScale scale,
    WatchRules rules,
    IReadOnlyList<WatchedAccount> accounts,
    IReadOnlyList<Campaign> campaigns
)
{
    private readonly Peers _peers = new(scale, accounts);
    private long _hour = long.MinValue;
    private int _groups;
    private int _fewGroups;

    /// <summary>Counts the groups that there are, once an hour of event time.</summary>
    public void Count(EventTime now)
    {
        if (now.Window(EventTime.Hour) == _hour)
        {
            return;
        }

        _hour = now.Window(EventTime.Hour);
        _groups = campaigns.Count(group => !rules.IsOfFew(group));
        _fewGroups = campaigns.Count(group => group.Accounts.Count > 0 && rules.IsOfFew(group));
    }

    /// <summary>Notes how rare what <paramref name="group"/> came to is among groups of its kind.</summary>
    public void Weigh(Campaign group)
    {
        var (level, searched, _) = Of(group, group.HasItsOwn);
        var statistic = group.Statistic;
        (group.P, group.IsExtrapolated) = (level.P(statistic, searched), level.IsExtrapolated(statistic));
    }

    /// <summary>Whether it would be rare enough for a flag if its accounts had nothing of their own: then it is worth judging.</summary>
    public bool MayBeRare(Campaign group)
    {
        var (level, searched, _) = Of(group, own: false);
        return level.P(group.Statistic, searched) <= (rules.IsOfFew(group) ? rules.FewGroupAlpha : rules.GroupAlpha);
    }

    /// <summary>
    /// Whether a group comes higher than any of its kind of the calibration's accounts, and than groups of the watch's own other accounts
    /// that are drawn for it.
    /// </summary>
    public bool IsOverBars(Campaign group) => group.Statistic > Of(group, group.HasItsOwn).Bar && group.Statistic > _peers.Highest(group);

    /// <summary>Writes what it keeps.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_hour);
        writer.Write(_groups);
        writer.Write(_fewGroups);
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader) => (_hour, _groups, _fewGroups) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32());

    private (PopulationLevel Level, int Searched, double Bar) Of(Campaign group, bool own) =>
        own ? (calibration.Levels.OwnGroups, _groups + _fewGroups, calibration.Bars.OwnGroups)
        : rules.IsOfFew(group) ? (calibration.Levels.FewGroups, _fewGroups, calibration.Bars.FewGroups)
        : (calibration.Levels.Groups, _groups, calibration.Bars.Groups);
}
