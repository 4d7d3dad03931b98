using System.Collections.Immutable;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Decisions;

/// <summary>Countermeasures, as decisions make them.</summary>
internal static class MeasureFold
{
    /// <summary>Why a decision about a measure cannot be taken; null where it can, and for all others.</summary>
    public static string? Refuses(Standing standing, Decided decided) =>
        decided.What switch
        {
            MeasureProposed one => Proposed(standing, one, decided),
            MeasureApproved one => Waits(standing, one.Measure)
                ?? (
                    standing.Measures[one.Measure].ApprovedBy.Contains(decided.By)
                        ? $"{decided.By} has approved {one.Measure} already: another person must"
                        : null
                ),
            MeasureRejected one => Waits(standing, one.Measure) ?? decided.WithoutReason("saying no"),
            MeasureReached one => !standing.Measures.TryGetValue(one.Measure, out var measure) ? $"there is no measure {one.Measure}"
            : !measure.Measure.TakesReplacements ? $"{one.Measure} takes no replacements"
            : null,
            MeasureUndone one => !standing.Measures.TryGetValue(one.Measure, out var measure)
                ? $"there is no measure {one.Measure}; ./stillwatch policy measures shows them"
            : measure.State is MeasureState.Undone or MeasureState.Rejected ? $"{one.Measure} is not in force"
            : decided.WithoutReason("undoing"),
            _ => null,
        };

    /// <summary>What stands after it.</summary>
    public static Standing Apply(Standing standing, Decided decided) =>
        decided.What switch
        {
            MeasureProposed one => Put(standing, Begun(standing, one, decided)),
            MeasureApproved one => Put(standing, Approved(standing.Measures[one.Measure], decided)),
            MeasureRejected one => Put(
                standing,
                standing.Measures[one.Measure] with
                {
                    State = MeasureState.Rejected,
                    DecidedAt = decided.At,
                    EndedBy = decided.By,
                    EndedWhy = decided.Reason,
                }
            ),
            MeasureReached one => Put(
                standing,
                standing.Measures[one.Measure] with
                {
                    Accounts = standing.Measures[one.Measure].Accounts.Union(one.Accounts),
                }
            ),
            MeasureUndone one => Put(
                standing,
                standing.Measures[one.Measure] with
                {
                    State = MeasureState.Undone,
                    UndoneAt = decided.At,
                    EndedBy = decided.By,
                    EndedWhy = decided.Reason,
                }
            ),
            _ => standing,
        };

    private static string? Proposed(Standing standing, MeasureProposed one, Decided decided)
    {
        var measure = one.Measure;
        return standing.Measures.ContainsKey(measure.Id) ? $"there is a measure {measure.Id} already"
            : measure.Fault() is { } fault ? fault
            : measure.Until <= decided.At ? "it would be over already"
            : !measure.IsShadow && measure.Needs < standing.Policy.Needs(measure.Rung)
                ? $"{RungWords.Of(measure.Rung)} needs {standing.Policy.Needs(measure.Rung)} people by the policy"
            : measure.Rule == null && standing.Policy.Shadow && !measure.IsShadow
                ? "the policy in force is in shadow: nothing acts. Propose the measure as a shadow, or a policy with 'shadow: false'"
            : measure.Rule != null && Actors.IsPerson(decided.By) ? "rule: a measure that a person thought of comes from none"
            : measure.Case is { } id && CaseFold.GoesOn(standing, id) is { } gone ? gone
            : one.Accounts.Count > Measure.MostSubjects ? $"accounts: {Measure.MostSubjects:N0} are taken at most"
            : one.Accounts.Count > 0 && measure.Subjects.All(subject => subject.Kind != SubjectKind.Campaign)
                ? "accounts stand for a campaign, and none is among the subjects"
            : Actors.IsPerson(decided.By) ? decided.WithoutReason("a measure")
            : null;
    }

    private static StandingMeasure Begun(Standing standing, MeasureProposed one, Decided decided)
    {
        var spared = one.Measure.Case is { } id
            ? standing.Cases[id].Appeals.Where(appeal => appeal.Granted == true).Select(appeal => appeal.Subject)
            : [];
        var measure = new StandingMeasure(one.Measure, decided.By, decided.At)
        {
            Accounts = one.Accounts.ToImmutableHashSet(StringComparer.Ordinal),
            Spared = [.. spared],
        };

        // whoever may approve has done so by proposing; the next must be another person
        return standing.People.TryGetValue(decided.By, out var person) && person.Roles.HasFlag(Role.Approver) ? Approved(measure, decided)
            : one.Measure.Needs == 0 ? measure with { State = MeasureState.Decided, DecidedAt = decided.At }
            : measure;
    }

    private static StandingMeasure Approved(StandingMeasure measure, Decided decided)
    {
        measure = measure with { ApprovedBy = measure.ApprovedBy.Add(decided.By) };
        return measure.ApprovedBy.Count >= measure.Measure.Needs
            ? measure with
            {
                State = MeasureState.Decided,
                DecidedAt = decided.At,
            }
            : measure;
    }

    private static Standing Put(Standing standing, StandingMeasure measure) =>
        standing with
        {
            Measures = standing.Measures.SetItem(measure.Measure.Id, measure),
        };

    private static string? Waits(Standing standing, MeasureId id) =>
        !standing.Measures.TryGetValue(id, out var measure) ? $"there is no measure {id}; ./stillwatch policy measures shows them"
        : measure.State != MeasureState.Proposed ? $"{id} does not wait for anybody: it is {DecisionWords.Of(measure.State)}"
        : null;
}
