using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Sources;

/// <summary>
/// Looks for accounts that draw from one source, at fixed moments of event time: where the prompts grew by an eighth since the last look,
/// and once a day; of a population that takes seconds to look at, by a quarter, and every four days. Every look begins elsewhere, so that
/// what one misses the next may find.
/// </summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="calibration">What honest populations come to.</param>
/// <param name="mostP">The highest p of a source.</param>
/// <param name="fewest">The fewest accounts of a source that is a lead.</param>
internal sealed class SourceSearch(IReadOnlyList<WatchedAccount> accounts, Calibration calibration, double mostP, int fewest)
{
    private const int Grown = 8; // an eighth
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
    /// <returns>By source that is rare enough: how far its accounts could be exchanged, how rare that is among honest populations, and the
    /// accounts that were seen in one at this look and the last. Who is seen once may be there by chance.</returns>
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
        List<(SourceFound Found, IReadOnlyList<WatchedAccount> Accounts)> found = [];
        HashSet<WatchedAccount> seen = [];
        foreach (var source in sources)
        {
            var (value, level) = (-source.Reading.Bound, calibration.Levels.Sources);
            if (value > calibration.Bars.Sources && level.P(value, Classes) is var p && p <= mostP)
            {
                List<WatchedAccount> drawing = [.. source.Accounts.Select(one => ordered[one])];
                seen.UnionWith(drawing);
                found.Add(
                    (new SourceFound(source.Reading, p, level.IsExtrapolated(value)), drawing.FindAll(account => account.LooksInSource > 0))
                );
            }
        }

        foreach (var account in ordered)
        {
            account.LooksInSource = seen.Contains(account) ? account.LooksInSource + 1 : 0;
        }

        return found;
    }

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
