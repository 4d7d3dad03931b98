using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;

namespace Stillwatch.Console.Desk;

/// <summary>Cases and measures as lists and pages show them.</summary>
internal static class CaseViews
{
    /// <summary>The cases, those that need somebody first: appeals, then proposals that wait, then the latest.</summary>
    /// <param name="standing">What stands.</param>
    /// <param name="all">Whether closed and merged ones are among them.</param>
    public static object List(Standing standing, bool all) =>
        standing
            .Cases.Values.Where(one => all || one.IsOpen || one.OpenAppeals.Any())
            .Select(one => new
            {
                one.Id,
                one.Title,
                one.OpenedAt,
                one.Assignee,
                one.Finding,
                one.MergedInto,
                one.Campaigns,
                Subjects = one.Subjects.Count,
                AppealsWaiting = one.OpenAppeals.Count(),
                MeasuresWaiting = standing.Measures.Values.Count(measure =>
                    measure.Measure.Case == one.Id && measure.State == MeasureState.Proposed
                ),
                MostLikely = one.Hypotheses.IsEmpty
                    ? null
                    : one
                        .Hypotheses.Values.OrderByDescending(hypothesis => hypothesis.Probability)
                        .Select(hypothesis => new
                        {
                            hypothesis.Hypothesis,
                            hypothesis.Probability,
                            hypothesis.Words,
                        })
                        .First(),
            })
            .OrderByDescending(one => one.AppealsWaiting)
            .ThenByDescending(one => one.MeasuresWaiting)
            .ThenByDescending(one => one.OpenedAt)
            .ToList();

    /// <summary>A case with its measures; null where there is none of that id.</summary>
    public static object? Of(Standing standing, CaseId id) =>
        standing.Cases.TryGetValue(id, out var one)
            ? new
            {
                Case = one,
                Measures = standing
                    .Measures.Values.Where(measure => measure.Measure.Case == id)
                    .OrderBy(measure => measure.ProposedAt)
                    .ThenBy(measure => measure.Measure.Id.Text, StringComparer.Ordinal),
                CasesOfItsCampaigns = standing
                    .Cases.Values.Where(other => other.Id != id && other.MergedInto == null && other.Campaigns.Overlaps(one.Campaigns))
                    .Select(other => other.Id),
            }
            : null;

    /// <summary>The measures, those that wait for people first.</summary>
    /// <param name="standing">What stands.</param>
    /// <param name="all">Whether those that are over are among them.</param>
    /// <param name="now">When.</param>
    public static object Measures(Standing standing, bool all, EventTime now) =>
        standing
            .Measures.Values.Where(one =>
                all || one.State == MeasureState.Proposed || one.State == MeasureState.Decided && now < one.Measure.Until
            )
            .OrderByDescending(one => one.State == MeasureState.Proposed)
            .ThenByDescending(one => one.Measure.Rung)
            .ThenByDescending(one => one.ProposedAt)
            .Select(one => new
            {
                one.Measure.Id,
                one.Measure.Rung,
                one.State,
                Acts = one.IsInForce(now) && !standing.IsShadow(one.Measure),
                IsShadow = standing.IsShadow(one.Measure),
                Subjects = one.Touched().Count(),
                Waits = one.State == MeasureState.Proposed ? one.Measure.Needs - one.ApprovedBy.Count : 0,
                one.Measure.Rule,
                one.Measure.Case,
                one.Measure.ReasonCode,
                one.Measure.From,
                one.Measure.Until,
                one.ProposedBy,
                one.ApprovedBy,
            })
            .ToList();
}
