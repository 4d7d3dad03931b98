using System.Collections.Immutable;
using Stillwatch.Accounts;
using Stillwatch.Cases;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Countermeasures;

/// <summary>All that is done to exchanges of one caller now: the measures that touch it, taken together. Immutable.</summary>
public sealed record Enforced
{
    /// <summary>The measure that refuses its requests, the highest on the ladder; null where they are not refused.</summary>
    public Measure? Refusing { get; init; }

    /// <summary>How long a request waits, in milliseconds: the longest of the measures'.</summary>
    public int SlowMilliseconds { get; init; }

    /// <summary>What is taken out.</summary>
    public Capability Strip { get; init; }

    /// <summary>What may not be asked for.</summary>
    public Capability Deny { get; init; }

    /// <summary>Lists of models, each of which has to allow the one that is asked for.</summary>
    public ImmutableArray<IReadOnlyList<string>> Models { get; init; } = [];

    /// <summary>The measure that has the fewest requests a minute; null for no limit.</summary>
    public Measure? Rate { get; init; }

    /// <summary>Requests a minute; 0 for no limit.</summary>
    public int RequestsPerMinute => Rate?.Terms.RequestsPerMinute ?? 0;

    /// <summary>The model that answers instead; null for the one that was asked.</summary>
    public string? FallBackModel { get; init; }

    /// <summary>What the exchange is tagged with, joined by commas; null for nothing.</summary>
    public string? Tags { get; init; }

    /// <summary>The warning that has the earliest deadline; null for none.</summary>
    public Measure? Warning { get; init; }

    /// <summary>The measures, by the order of the ladder.</summary>
    public ImmutableArray<Measure> Measures { get; init; } = [];

    /// <summary>The case that its customer is told; null where no measure that can be felt has one.</summary>
    public CaseId? Case =>
        Refusing?.Case
        ?? Measures
            .Where(measure => measure.Rung is not (Rung.Observe or Rung.Tag or Rung.Mark))
            .Select(measure => measure.Case)
            .FirstOrDefault(id => id != null);

    /// <summary>Whether anything of an exchange is changed that the answer must tell: tags, and what is only observed, are not.</summary>
    public bool IsFelt => Refusing != null || SlowMilliseconds > 0 || Strip != 0 || Deny != 0 || Models.Length > 0 || IsFeltElse;

    private bool IsFeltElse => RequestsPerMinute > 0 || FallBackModel != null || Warning != null;

    /// <summary>Whether <paramref name="model"/> may be used.</summary>
    public bool Allows(string model)
    {
        foreach (var list in Models)
        {
            if (!list.Any(allowed => ModelPattern.Fits(allowed, model)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>When a warned customer's time is over.</summary>
    public static EventTime DeadlineOf(Measure warning) => new(warning.From.Micros + warning.Terms.DeadlineDays * EventTime.Day);

    /// <summary>Takes measures together.</summary>
    public static Enforced Of(IEnumerable<Measure> measures)
    {
        var all = measures.OrderByDescending(measure => measure.Rung).ThenBy(measure => measure.Id.Text, StringComparer.Ordinal).ToList();
        var restricted = all.Where(measure => measure.Rung == Rung.Restrict).Select(measure => measure.Terms).ToList();
        return new()
        {
            Refusing = all.Find(measure => measure.Rung is Rung.Suspend or Rung.RevokeKey or Rung.Refuse or Rung.StepUp),
            SlowMilliseconds = all.Select(measure => measure.Terms.SlowMilliseconds).DefaultIfEmpty().Max(),
            Strip = all.Aggregate(Capability.None, (strip, measure) => strip | measure.Terms.Strip),
            Deny = restricted.Aggregate(Capability.None, (deny, terms) => deny | terms.Deny),
            Models = [.. restricted.Where(terms => terms.Models.Count > 0).Select(terms => terms.Models)],
            Rate = all.Where(measure => measure.Terms.RequestsPerMinute > 0).MinBy(measure => measure.Terms.RequestsPerMinute),
            FallBackModel = all.Find(measure => measure.Rung == Rung.FallBack)?.Terms.FallBackModel,
            Tags = all.Where(measure => measure.Rung == Rung.Tag)
                .Select(measure => measure.Terms.Tag)
                .Distinct(StringComparer.Ordinal)
                .ToList()
                is { Count: > 0 } tags
                ? string.Join(',', tags)
                : null,
            Warning = all.Where(measure => measure.Rung == Rung.Warn).MinBy(measure => DeadlineOf(measure)),
            Measures = [.. all],
        };
    }
}
