using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Decisions;

/// <summary>Who may decide what.</summary>
public static class Permissions
{
    private const Role Work = Role.Analyst | Role.Approver;

    /// <summary>The roles of which a person must have one for <paramref name="decision"/>.</summary>
    public static Role Needs(Decision decision) =>
        decision switch
        {
            AppealAnswered or MeasureApproved or MeasureRejected or PolicyApproved => Role.Approver,
            GateSet or ReleaseProposed or ReleaseReviewed or ReleaseStaged or ReleaseRejected => Role.ReleaseOwner,
            ReleaseApproved or ReleaseRolledBack => Role.ReleaseOwner | Role.Approver,
            PersonPut or TokenIssued or PersonRemoved => Role.Administrator,
            MeasureReached or CaseFollowed => Role.None, // a program's own
            _ => Work,
        };

    /// <summary>
    /// Whether a decision takes back what people had to approve, or spares accounts as a granted appeal does: then it is for an approver,
    /// else one analyst would undo what two approvers decided.
    /// </summary>
    private static bool Undoes(Standing standing, Decision decision) =>
        decision is CaseClosed { Finding: Finding.Honest }
        || decision is MeasureUndone undone
            && standing.Measures.TryGetValue(undone.Measure, out var measure)
            && measure is { State: MeasureState.Decided, Measure.Needs: > 0 };

    /// <summary>Why <paramref name="by"/> may not decide it; null where it may.</summary>
    public static string? Refuses(Standing standing, string by, Decision decision)
    {
        if (by == Actors.Watch)
        {
            return decision is CaseOpened or CaseFollowed or CaseNoted or HypothesisWeighed or MeasureReached ? null : NotOf(by);
        }

        if (by.StartsWith("rule:", StringComparison.Ordinal))
        {
            return decision is MeasureProposed { Measure.Rule: { Length: > 0 } rule } && Actors.OfRule(rule) == by ? null : NotOf(by);
        }

        if (Actors.CustomerOf(by) is { } account)
        {
            return decision is AppealFiled appeal && appeal.Subject.Account == account ? null : NotOf(by);
        }

        var needs = Undoes(standing, decision) ? Role.Approver : Needs(decision);
        if (by == Actors.Administrator)
        {
            return needs == Role.Administrator ? null : $"the administration's token names people and decides nothing; use your own";
        }

        return !standing.People.TryGetValue(by, out var person) || !person.IsActive ? $"{by} is nobody who works here"
            : (person.Roles & needs) != 0 ? null
            : $"{by} is no {RoleWords.Of(needs, " or ")}, and that is for one";
    }

    private static string NotOf(string by) => $"{by} does not decide that";
}
