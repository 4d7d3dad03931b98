using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Sources;

/// <summary>
/// Looks for accounts that draw from one source, at fixed moments of event time: where the prompts grew by a sixteenth since the last
/// look, and once a day; of a population that takes seconds to look at, by a quarter, and every four days. Every look begins elsewhere, so
/// that what one misses the next may find. Where one finds a source the same accounts are sorted once more from another start.
/// </summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="calibration">What honest populations come to.</param>
/// <param name="mostP">The highest p of a source.</param>
/// <param name="fewest">The fewest accounts of a source that is a lead.</param>
internal sealed class SourceSearch(IReadOnlyList<WatchedAccount> accounts, Calibration calibration, double mostP, int fewest)
{
    private const int Grown = 16; // a sixteenth
    private const int GrownOfLarge = 4; // of a population that takes seconds to look at
    private const int DaysOfLarge = 4;

    private const int MostLeads = 64;

    private readonly List<SourceLead> _leads = [];
    private long _day = long.MinValue; // of the last look
    private long _dayOfFew = long.MinValue; // of the last look for sources of few accounts
    private long _asked; // prompts at the last look

    /// <summary>The lowest bound that any class came to at any look; infinite where none said anything.</summary>
    public double Lowest { get; private set; } = double.PositiveInfinity;

    /// <summary>How many classes and parts of classes the last look had.</summary>
    public int Classes { get; private set; }

    /// <summary>The same where classes of few accounts count as well.</summary>
    public double LowestOfFew { get; private set; } = double.PositiveInfinity;

    /// <inheritdoc cref="LowestOfFew"/>
    public int ClassesOfFew { get; private set; }

    /// <summary>What is seen to draw from one source and not rare enough to be flagged for it, flagged accounts among them.</summary>
    public IReadOnlyList<SourceLead> Leads => _leads;

    /// <summary>Looks, where it is time.</summary>
    /// <returns>By source that is rare enough, or is a flagged campaign's: how far its accounts could be exchanged, how rare that is
    /// among honest populations, and the accounts that were seen in one from both starts. Who is seen from one may be there by
    /// chance.</returns>
    public IReadOnlyList<(SourceFound Found, IReadOnlyList<WatchedAccount> Accounts)> Look(EventTime now)
    {
        var asked = accounts.Sum(account => account.Sample.Asked);
        var large = accounts.Count > PopulationMixture.MostFitted;
        var day = now.Window((large ? DaysOfLarge : 1) * EventTime.Day);
        if (asked == _asked || (day == _day && asked - _asked < _asked / (large ? GrownOfLarge : Grown)))
        {
            return [];
        }

        (_day, _asked) = (day, asked);
        WatchedAccount[] ordered =
        [
            .. accounts
                .Where(account => account.Sample.Prompts.Length >= PopulationMixture.FewestPrompts && !account.Sample.ServesEndUsers)
                .OrderBy(account => account.Fingerprint)
                .ThenBy(account => account.Number),
        ];
        List<(ulong Fingerprint, PromptSample Sample)> samples = [.. ordered.Select(account => (account.Fingerprint, account.Sample))];
        if (samples.Count < fewest)
        {
            return [];
        }

        var salt = (ulong)now.Window(EventTime.Hour);
        var classes = PopulationMixture.Fitted(samples, salt);
        if (day != _dayOfFew)
        {
            _dayOfFew = day;
            LookForFew(now, ordered, samples, classes, salt);
        }

        var sources = Source.Find(samples, classes, salt, out var looked);
        (Classes, Lowest) = (looked.Classes, Math.Min(Lowest, looked.Lowest));
        bool IsRareOrKnown(Source source) => P(source) <= mostP || IsKnown(source.Accounts, ordered);
        var rare = sources.Where(IsRareOrKnown).ToList();
        var drawing = rare.SelectMany(source => source.Accounts).ToHashSet();
        if (drawing.Any(one => ordered[one].Campaign is not { DetectedAt: not null })) // else there is nobody new to name
        {
            drawing.IntersectWith(Source.Find(samples, ~salt, out _).Where(IsRareOrKnown).SelectMany(source => source.Accounts));
        }

        for (var one = 0; one < ordered.Length; one++)
        {
            ordered[one].DrawsFromSource = drawing.Contains(one);
        }

        return
        [
            .. rare.Select(source =>
                (
                    new SourceFound(source.Reading, P(source), calibration.Levels.Sources.IsExtrapolated(-source.Reading.Bound)),
                    (IReadOnlyList<WatchedAccount>)[.. source.Accounts.Where(drawing.Contains).Select(one => ordered[one])]
                )
            ),
        ];
    }

    /// <summary>
    /// Whether most of a source's accounts are in flagged campaigns: then it is theirs, and need not be rare again for its others.
    /// </summary>
    private static bool IsKnown(IReadOnlyList<int> drawing, WatchedAccount[] ordered) =>
        drawing.Count(one => ordered[one].Campaign is { DetectedAt: not null }) * 2 > drawing.Count;

    /// <summary>How rare a source is; 1 where the calibration's own accounts came as far.</summary>
    private double P(Source source) =>
        -source.Reading.Bound is var value && value > calibration.Bars.Sources ? calibration.Levels.Sources.P(value, Classes) : 1;

    /// <summary>Once a day: sources of few accounts as well, for an analyst and not for a flag.</summary>
    private void LookForFew(
        EventTime now,
        WatchedAccount[] ordered,
        List<(ulong Fingerprint, PromptSample Sample)> samples,
        PopulationMixture.Classes classes,
        ulong salt
    )
    {
        var sources = Source.Find(samples, classes, salt, out var looked, fewest);
        (ClassesOfFew, LowestOfFew) = (looked.Classes, Math.Min(LowestOfFew, looked.Lowest));
        foreach (var source in sources.Where(source => source.Accounts.Count >= fewest))
        {
            var (value, level) = (-source.Reading.Bound, calibration.Levels.FewSources);
            var seen = new SourceLead(
                new(source.Reading, level.P(value, ClassesOfFew), level.IsExtrapolated(value)),
                now,
                [.. source.Accounts.Select(one => ordered[one].Number).Order()]
            );
            var known = _leads.FindIndex(lead => lead.IsOf(seen));
            if (known < 0)
            {
                _leads.Add(seen);
            }
            else if (seen.Accounts.Count >= _leads[known].Accounts.Count)
            {
                _leads[known] = seen with { Since = _leads[known].Since };
            }
        }

        _leads.RemoveAll(lead => lead.IsFlagged(accounts)); // they need no place
        _leads.Sort((a, b) => (a.Found.Reading.Bound, a.Accounts[0]).CompareTo((b.Found.Reading.Bound, b.Accounts[0])));
        _leads.RemoveRange(Math.Min(MostLeads, _leads.Count), Math.Max(0, _leads.Count - MostLeads));
    }

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_day);
        writer.Write(_asked);
        writer.Write(Lowest);
        writer.Write(Classes);
        writer.Write(_dayOfFew);
        writer.Write(LowestOfFew);
        writer.Write(ClassesOfFew);
        writer.Write(_leads.Count);
        _leads.ForEach(lead => lead.Save(writer));
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        (_day, _asked, Lowest, Classes) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadDouble(), reader.ReadInt32());
        (_dayOfFew, LowestOfFew, ClassesOfFew) = (reader.ReadInt64(), reader.ReadDouble(), reader.ReadInt32());
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            _leads.Add(SourceLead.Load(reader));
        }
    }
}
