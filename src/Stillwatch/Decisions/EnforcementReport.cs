using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;

namespace Stillwatch.Decisions;

/// <summary>What was done to whom between two times, with what it is a share of.</summary>
/// <param name="From">From when.</param>
/// <param name="Until">Until when.</param>
public sealed record EnforcementReport(EventTime From, EventTime Until)
{
    /// <summary>All accounts that were seen.</summary>
    public long Accounts { get; init; }

    /// <summary>All exchanges that were seen in those days; as far as is on record.</summary>
    public long Exchanges { get; init; }

    /// <summary>What was done, by rule and rung.</summary>
    public IReadOnlyList<EnforcementReportLine> Lines { get; init; } = [];

    /// <summary>Accounts that a measure touched in a way that they could feel.</summary>
    public int AccountsTouched { get; init; }

    /// <summary>Of them, those that people found honest since: a granted appeal, or a case closed as honest.</summary>
    public int HonestAccountsTouched { get; init; }

    /// <summary>Cases that were opened.</summary>
    public int CasesOpened { get; init; }

    /// <summary>Cases that were closed, by finding.</summary>
    public IReadOnlyDictionary<string, int> CasesClosed { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Appeals that came.</summary>
    public int Appeals { get; init; }

    /// <summary>Of them, granted.</summary>
    public int AppealsGranted { get; init; }

    /// <summary>Of them, not granted.</summary>
    public int AppealsNotGranted { get; init; }

    /// <summary>Of them, waiting for longer than the policy says.</summary>
    public int AppealsOverdue { get; init; }

    /// <summary>Median hours from an appeal to its answer; null where none was answered.</summary>
    public double? MedianHoursToAnswer { get; init; }

    /// <summary>Median hours from a case's opening to the first decision that touched somebody; null where there was none.</summary>
    public double? MedianHoursToDecision { get; init; }

    /// <summary>What stands, folded over what happened between two times.</summary>
    /// <param name="standing">What stands.</param>
    /// <param name="from">From when.</param>
    /// <param name="until">Until when.</param>
    public static EnforcementReport Of(Standing standing, EventTime from, EventTime until)
    {
        bool In(EventTime? at) => at is { } time && from <= time && time < until;

        var decided = standing
            .Measures.Values.Where(one => one.State is (MeasureState.Decided or MeasureState.Undone) && In(one.DecidedAt))
            .ToList();
        var acting = decided.Where(one => !standing.IsShadow(one.Measure)).ToList();
        var felt = acting
            .Where(one => one.Measure.Rung is not (Rung.Observe or Rung.Tag or Rung.Mark))
            .SelectMany(one => one.Named())
            .Select(subject => subject.Account)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var appeals = standing
            .Cases.Values.Where(one => one.MergedInto == null)
            .SelectMany(one => one.Appeals)
            .Distinct() // a part that was split off keeps a copy
            .Where(one => In(one.At))
            .ToList();
        var overdue = new EventTime(until.Micros - standing.Policy.AppealHours * EventTime.Hour);
        return new(from, until)
        {
            Lines =
            [
                .. decided
                    .GroupBy(one => (Rule: one.Measure.Rule ?? "by hand", one.Measure.Rung, IsShadow: standing.IsShadow(one.Measure)))
                    .OrderBy(group => group.Key.IsShadow)
                    .ThenByDescending(group => group.Key.Rung)
                    .ThenBy(group => group.Key.Rule, StringComparer.Ordinal)
                    .Select(group => new EnforcementReportLine(
                        group.Key.Rule,
                        group.Key.Rung,
                        group.Key.IsShadow,
                        group.Count(),
                        group.SelectMany(one => one.Touched()).Distinct().Count(),
                        group.Count(one => one.State == MeasureState.Undone)
                    )),
            ],
            AccountsTouched = felt.Count,
            HonestAccountsTouched = felt.Count(standing.Spared().Contains),
            CasesOpened = standing.Cases.Values.Count(one => In(one.OpenedAt)),
            CasesClosed = standing
                .Cases.Values.Where(one => In(one.ClosedAt))
                .GroupBy(one => DecisionWords.Of(one.Finding!.Value), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
            Appeals = appeals.Count,
            AppealsGranted = appeals.Count(one => one.Granted == true),
            AppealsNotGranted = appeals.Count(one => one.Granted == false),
            AppealsOverdue = appeals.Count(one => one.Granted == null && one.At < overdue),
            MedianHoursToAnswer = Median(appeals.Where(one => one.AnsweredAt != null).Select(one => Hours(one.At, one.AnsweredAt!.Value))),
            MedianHoursToDecision = Median(
                acting
                    .Where(one => one.Measure.Case is { } id && standing.Cases.ContainsKey(id))
                    .GroupBy(one => one.Measure.Case!.Value)
                    .Select(group => Hours(standing.Cases[group.Key].OpenedAt, group.Min(one => one.DecidedAt!.Value)))
            ),
        };
    }

    /// <summary>What people found of an account; of many, <see cref="Found"/> is asked once.</summary>
    public static TouchedStanding StandingOf(Standing standing, string account) => Found(standing).GetValueOrDefault(account);

    /// <summary>What people found of accounts, by name: honest outweighs confirmed, as an appeal comes later.</summary>
    public static IReadOnlyDictionary<string, TouchedStanding> Found(Standing standing)
    {
        var found = standing
            .Cases.Values.Where(one => one.Finding == Stillwatch.Cases.Finding.Confirmed)
            .SelectMany(one => one.Subjects)
            .Select(subject => subject.Account)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(account => account, _ => TouchedStanding.ConfirmedCampaign, StringComparer.Ordinal);
        foreach (var account in standing.Spared())
        {
            found[account] = TouchedStanding.ConfirmedHonest;
        }

        return found;
    }

    private static double Hours(EventTime from, EventTime until) => (until.Micros - from.Micros) / (double)EventTime.Hour;

    private static double? Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : Math.Round((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2, 2);
    }
}
