using System.Collections.Immutable;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Decisions;

/// <summary>Cases, as decisions make them.</summary>
internal static class CaseFold
{
    private const int MostTitle = 200,
        MostSubjects = 100_000;

    /// <summary>Why a decision about a case cannot be taken; null where it can, and for all others.</summary>
    public static string? Refuses(Standing standing, Decided decided) =>
        decided.What switch
        {
            CaseOpened one => standing.Cases.ContainsKey(one.Case) ? $"there is a case {one.Case} already"
            : one.Title.Length is 0 or > MostTitle ? $"title: 1 to {MostTitle} characters are taken"
            : one.Subjects.Count > MostSubjects ? $"subjects: {MostSubjects:N0} are taken at most"
            : null,
            CaseAssigned one => Open(standing, one.Case)
                ?? (
                    one.To == null || standing.People.TryGetValue(one.To, out var person) && person.IsActive
                        ? null
                        : $"{one.To} is nobody here"
                ),
            CaseNoted one => GoesOn(standing, one.Case) ?? Text(one.Text, "text"),
            CaseFollowed one => GoesOn(standing, one.Case),
            HypothesisWeighed one => Open(standing, one.Case)
                ?? (one.Probability is >= 0 and <= 1 ? null : "probability: 0 to 1 is taken")
                ?? one.For.Concat(one.Against).Select(line => Text(line, "for and against")).FirstOrDefault(fault => fault != null),
            CustomerNoticed one => Open(standing, one.Case) ?? Text(one.Text, "text"),
            AppealFiled one => GoesOn(standing, one.Case) ?? Appeals(standing, one),
            AppealAnswered one => GoesOn(standing, one.Case)
                ?? (
                    standing.Cases[one.Case].OpenAppeals.Any(appeal => appeal.Subject == one.Subject)
                        ? decided.Reason.Length == 0
                            ? "an answer to an appeal wants a reason"
                            : null
                        : $"no appeal of {one.Subject} waits in {one.Case}"
                ),
            CasesMerged one => one.Cases.Count == 0 || one.Cases.Contains(one.Into)
                ? "cases: others than the one that goes on are wanted"
                : one.Cases.Append(one.Into).Select(id => Open(standing, id)).FirstOrDefault(fault => fault != null),
            CaseSplit one => Open(standing, one.Case)
                ?? (
                    standing.Cases.ContainsKey(one.Part) ? $"there is a case {one.Part} already"
                    : one.Title.Length is 0 or > MostTitle ? $"title: 1 to {MostTitle} characters are taken"
                    : one.Subjects.Count == 0 ? "subjects: at least one is wanted"
                    : one.Subjects.Except(standing.Cases[one.Case].Subjects).FirstOrDefault() is { } stranger
                        ? $"{stranger} is none of {one.Case}'s subjects"
                    : null
                ),
            CaseClosed one => Open(standing, one.Case)
                ?? (decided.Reason.Length == 0 ? "closing a case wants a reason" : null)
                ?? (standing.Cases[one.Case].OpenAppeals.Any() ? $"an appeal waits in {one.Case}: answer it first" : null),
            CaseReopened one => Exists(standing, one.Case)
                ?? (standing.Cases[one.Case] is { Finding: not null, MergedInto: null } ? null : $"{one.Case} is not closed"),
            _ => null,
        };

    /// <summary>What stands after it.</summary>
    public static Standing Apply(Standing standing, Decided decided) =>
        decided.What switch
        {
            CaseOpened one => Put(
                standing,
                new Case(one.Case, one.Title, decided.At, decided.By)
                {
                    Subjects = [.. one.Subjects.Distinct()],
                    Campaigns = one.Campaign is { } campaign ? [campaign] : [],
                },
                decided,
                $"opened: {one.Title}"
            ),
            CaseAssigned one => Change(standing, one.Case, decided, one.To == null ? "assigned to nobody" : $"assigned to {one.To}", of =>
                of with
                {
                    Assignee = one.To,
                }
            ),
            CaseNoted one => Change(standing, one.Case, decided, one.Text, of => of),
            CaseFollowed one => Change(standing, one.Case, decided, one.Text, of => of with { Campaigns = of.Campaigns.Add(one.Campaign) }),
            HypothesisWeighed one => Change(
                standing,
                one.Case,
                decided,
                $"{Word(one.Hypothesis)}: {Likelihood.Words(one.Probability)} ({one.Probability:P0})",
                of =>
                    of with
                    {
                        Hypotheses = of.Hypotheses.SetItem(
                            one.Hypothesis,
                            new(one.Hypothesis, one.Probability, one.For, one.Against, decided.By, decided.At)
                        ),
                    }
            ),
            CustomerNoticed one => Change(standing, one.Case, decided, $"{one.Subject} was told: {one.Text}", of =>
                of with
                {
                    Notices = of.Notices.Add(new(one.Subject, one.Text, decided.At, one.Deadline)),
                }
            ),
            AppealFiled one => Change(standing, one.Case, decided, $"{one.Subject} appeals: {one.Text}", of =>
                of with
                {
                    Appeals = of.Appeals.Add(new(one.Subject, one.Text, decided.At, decided.By)),
                }
            ),
            AppealAnswered one => Answered(standing, one, decided),
            CasesMerged one => Merged(standing, one, decided),
            CaseSplit one => Split(standing, one, decided),
            CaseClosed one => Closed(standing, one, decided),
            CaseReopened one => Change(standing, one.Case, decided, "opened again", of => of with { Finding = null, ClosedAt = null }),
            MeasureProposed { Measure.Case: { } id } one when standing.Cases.ContainsKey(id) => Change(
                standing,
                id,
                decided,
                $"{one.Measure.Id}: {RungWords.Of(one.Measure.Rung)} proposed{(one.Measure.IsShadow ? " in shadow" : "")}",
                of => of
            ),
            MeasureApproved one => OfMeasure(standing, one.Measure, decided, "approved"),
            MeasureRejected one => OfMeasure(standing, one.Measure, decided, "rejected"),
            MeasureUndone one => OfMeasure(standing, one.Measure, decided, "undone"),
            MeasureReached one => Reached(standing, one, decided),
            TextRead { Case: { } id } one when standing.Cases.ContainsKey(id) => Change(
                standing,
                id,
                decided,
                $"text of {one.Exchange} was read",
                of => of
            ),
            _ => standing,
        };

    private static Standing Answered(Standing standing, AppealAnswered one, Decided decided)
    {
        standing = Change(standing, one.Case, decided, $"the appeal of {one.Subject} was {(one.Granted ? "granted" : "not granted")}", of =>
            of with
            {
                Appeals =
                [
                    .. of.Appeals.Select(appeal =>
                        appeal.Subject == one.Subject && appeal.Granted == null
                            ? appeal with
                            {
                                Granted = one.Granted,
                                AnsweredAt = decided.At,
                                AnsweredBy = decided.By,
                                Answer = decided.Reason,
                            }
                            : appeal
                    ),
                ],
            }
        );
        if (!one.Granted)
        {
            return standing;
        }

        // spared from whatever this case does to it: what was decided, and what waits for people; also by the case that it was split from,
        // as measures stay there
        return Spare(standing, one.Case, [one.Subject]);
    }

    /// <summary>
    /// Spares subjects from all measures of a case, of those that it was split from or goes on in, and of every rule, whatever its case.
    /// </summary>
    private static Standing Spare(Standing standing, CaseId about, IReadOnlyCollection<Subject> subjects)
    {
        HashSet<CaseId> cases = [];
        for (CaseId? id = about; id is { } of && cases.Add(of); id = standing.Cases[of].MergedInto ?? standing.Cases[of].SplitFrom) { }

        var accounts = subjects.Where(subject => subject.Kind == SubjectKind.Account).ToList();
        var measures = standing.Measures;
        foreach (var measure in measures.Values)
        {
            var isOfCase = measure.Measure.Case is { } id && cases.Contains(id);
            if (isOfCase || measure.Measure.Rule != null && accounts.Count > 0)
            {
                measures = measures.SetItem(
                    measure.Measure.Id,
                    measure with
                    {
                        Spared = measure.Spared.Union(isOfCase ? subjects : accounts),
                    }
                );
            }
        }

        return standing with
        {
            Measures = measures,
        };
    }

    /// <summary>A case that is closed as honest takes back what was done under it.</summary>
    private static Standing Closed(Standing standing, CaseClosed one, Decided decided)
    {
        standing = Change(standing, one.Case, decided, $"closed: {Word(one.Finding)}", of =>
            of with
            {
                Finding = one.Finding,
                ClosedAt = decided.At,
            }
        );
        if (one.Finding != Finding.Honest)
        {
            return standing;
        }

        standing = Spare(standing, one.Case, standing.Cases[one.Case].Subjects);
        var measures = standing.Measures;
        foreach (
            var measure in measures.Values.Where(measure =>
                measure.Measure.Case == one.Case && measure.State is (MeasureState.Proposed or MeasureState.Decided)
            )
        )
        {
            measures = measures.SetItem(
                measure.Measure.Id,
                measure with
                {
                    State = MeasureState.Undone,
                    UndoneAt = decided.At,
                    EndedBy = decided.By,
                    EndedWhy = $"{one.Case} was closed as honest",
                }
            );
        }

        return standing with
        {
            Measures = measures,
        };
    }

    private static Standing Merged(Standing standing, CasesMerged one, Decided decided)
    {
        var absorbed = one.Cases.Distinct().Select(id => standing.Cases[id]).ToList();
        standing = Change(standing, one.Into, decided, $"took in {string.Join(", ", one.Cases)}", of =>
            of with
            {
                Subjects = [.. of.Subjects.Concat(absorbed.SelectMany(other => other.Subjects)).Distinct()],
                Campaigns = of.Campaigns.Union(absorbed.SelectMany(other => other.Campaigns)),
                Notices = [.. of.Notices.Concat(absorbed.SelectMany(other => other.Notices)).Distinct().OrderBy(notice => notice.At)],
                Appeals = [.. of.Appeals.Concat(absorbed.SelectMany(other => other.Appeals)).Distinct().OrderBy(appeal => appeal.At)],
                Hypotheses = of.Hypotheses.SetItems(
                    absorbed
                        .SelectMany(other => other.Hypotheses)
                        .Where(pair => !of.Hypotheses.TryGetValue(pair.Key, out var own) || own.At < pair.Value.At)
                        .OrderBy(pair => pair.Value.At)
                ),
                Timeline = [.. of.Timeline.Concat(absorbed.SelectMany(other => other.Timeline)).Distinct().OrderBy(line => line.Number)],
            }
        );
        foreach (var id in one.Cases.Distinct())
        {
            standing = Change(standing, id, decided, $"goes on in {one.Into}", of => of with { MergedInto = one.Into });
        }

        // what was granted in one of them holds for the measures of all
        var granted = standing.Cases[one.Into].Appeals.Where(appeal => appeal.Granted == true).Select(appeal => appeal.Subject).ToList();
        var measures = standing.Measures;
        foreach (
            var measure in measures.Values.Where(measure => measure.Measure.Case is { } id && (id == one.Into || one.Cases.Contains(id)))
        )
        {
            measures = measures.SetItem(
                measure.Measure.Id,
                measure with
                {
                    Measure = measure.Measure with { Case = one.Into },
                    Spared = measure.Spared.Union(granted),
                }
            );
        }

        return standing with
        {
            Measures = measures,
        };
    }

    private static Standing Split(Standing standing, CaseSplit one, Decided decided)
    {
        var whole = standing.Cases[one.Case];
        var subjects = one.Subjects.ToHashSet(); // a list would be searched once for each of up to 100,000
        standing = Change(standing, one.Case, decided, $"{one.Subjects.Count:N0} of its subjects go on in {one.Part}", of =>
            of with
            {
                Subjects = of.Subjects.RemoveAll(subjects.Contains),
            }
        );
        return Put(
            standing,
            new Case(one.Part, one.Title, decided.At, decided.By)
            {
                Subjects = [.. one.Subjects.Distinct()],
                Campaigns = whole.Campaigns,
                Hypotheses = whole.Hypotheses,
                Notices = [.. whole.Notices.Where(notice => subjects.Contains(notice.Subject))],
                // one that waits stays where the measures are: it is answered once
                Appeals = [.. whole.Appeals.Where(appeal => appeal.Granted != null && subjects.Contains(appeal.Subject))],
                Timeline = whole.Timeline,
                SplitFrom = one.Case,
            },
            decided,
            $"split from {one.Case}"
        );
    }

    /// <summary>Accounts that a measure reaches are the case's too: else they could neither be split off nor found honest.</summary>
    private static Standing Reached(Standing standing, MeasureReached one, Decided decided)
    {
        standing = OfMeasure(standing, one.Measure, decided, $"reaches {string.Join(", ", one.Accounts)} too");
        if (standing.Measures[one.Measure].Measure.Case is not { } id || !standing.Cases.TryGetValue(id, out var of))
        {
            return standing;
        }

        var known = of.Subjects.ToHashSet();
        var fresh = one.Accounts.Select(account => new Subject(SubjectKind.Account, account)).Where(known.Add).ToList();
        return standing with { Cases = standing.Cases.SetItem(id, of with { Subjects = of.Subjects.AddRange(fresh) }) };
    }

    private static Standing OfMeasure(Standing standing, MeasureId id, Decided decided, string what) =>
        standing.Measures.TryGetValue(id, out var measure) && measure.Measure.Case is { } about && standing.Cases.ContainsKey(about)
            ? Change(standing, about, decided, $"{id} ({RungWords.Of(measure.Measure.Rung)}) {what}", of => of)
            : standing;

    private static Standing Change(Standing standing, CaseId id, Decided decided, string text, Func<Case, Case> change) =>
        Put(standing, change(standing.Cases[id]), decided, text);

    private static Standing Put(Standing standing, Case of, Decided decided, string text) =>
        standing with
        {
            Cases = standing.Cases.SetItem(
                of.Id,
                of with
                {
                    Timeline = of.Timeline.Add(
                        new(decided.Number, decided.At, decided.By, DecisionWords.KindOf(decided.What), text, decided.Reason)
                    ),
                }
            ),
        };

    private static string? Appeals(Standing standing, AppealFiled one)
    {
        var of = standing.Cases[one.Case];
        return one.Text.Length is 0 or > Appeal.MostText ? $"text: 1 to {Appeal.MostText:N0} characters are taken"
            : of.OpenAppeals.Any(appeal => appeal.Subject == one.Subject) ? $"an appeal of {one.Subject} waits already"
            : null;
    }

    private static string? Exists(Standing standing, CaseId id) =>
        standing.Cases.ContainsKey(id) ? null : $"there is no case {id}; ./stillwatch cases list shows them";

    private static string? Open(Standing standing, CaseId id) =>
        GoesOn(standing, id) ?? (standing.Cases[id].Finding != null ? $"{id} is closed; open it again first" : null);

    /// <summary>Why nothing more can come to a case, open or closed: there is none, or it goes on in another.</summary>
    internal static string? GoesOn(Standing standing, CaseId id) =>
        Exists(standing, id) ?? (standing.Cases[id].MergedInto is { } into ? $"{id} goes on in {into}" : null);

    private static string? Text(string text, string field) =>
        text.Length is > 0 and <= Decided.MostText ? null : $"{field}: 1 to {Decided.MostText:N0} characters are taken";

    private static string Word<T>(T value)
        where T : struct, Enum => DecisionWords.Of(value);
}
