using Stillwatch.Exchanges;
using Stillwatch.Range.Adversaries;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Runs;

/// <summary>What a campaign got.</summary>
/// <param name="adversary">Whose it is.</param>
internal sealed class CampaignOutcome(Adversary adversary)
{
    private readonly SortedDictionary<long, (long Useful, long Leaked, long LeakedLate)> _hours = [];

    /// <summary>Whose it is.</summary>
    public Adversary Adversary => adversary;

    /// <summary>Exchanges that were answered.</summary>
    public long Exchanges { get; private set; }

    /// <summary>Of those, the ones before their account was flagged.</summary>
    public long Leaked { get; private set; }

    /// <summary>The same, where it is stopped an hour after the flag.</summary>
    public long LeakedLate { get; private set; }

    /// <summary>Answers to tasks that it got in all.</summary>
    public long Useful { get; private set; }

    /// <summary>Answers to tasks before the flag.</summary>
    public long UsefulLeaked { get; private set; }

    /// <summary>Exchanges that were refused.</summary>
    public long Refused { get; set; }

    /// <summary>By hour since the epoch, answers to tasks: in all, before the flag, and before an hour after it.</summary>
    public IReadOnlyDictionary<long, (long Useful, long Leaked, long LeakedLate)> Hours => _hours;

    /// <summary>Takes an exchange of one of its accounts.</summary>
    public void Take(in ObservedAct act, EventTime? flagged)
    {
        var leaks = flagged == null || act.Act.Micros <= flagged.Value.Micros;
        var leaksLate = flagged == null || act.Act.Micros <= flagged.Value.Micros + Outcome.LateMicros;
        Exchanges++;
        Leaked += leaks ? 1 : 0;
        LeakedLate += leaksLate ? 1 : 0;
        Useful += act.Useful;
        UsefulLeaked += leaks ? act.Useful : 0;
        var hour = act.Act.Micros / Provider.Hour;
        var (useful, leaked, late) = _hours.GetValueOrDefault(hour);
        _hours[hour] = (useful + act.Useful, leaked + (leaks ? act.Useful : 0), late + (leaksLate ? act.Useful : 0));
        adversary.Answered(act.Act.Account, act.Useful, act.InputTokens, act.Features.OutputTokens);
    }
}
