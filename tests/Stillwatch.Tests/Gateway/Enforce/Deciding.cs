using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Exchanges;

namespace Stillwatch.Tests.Gateway.Enforce;

/// <summary>People who decide, for tests: two approvers, a policy that acts, and measures that are in force at once.</summary>
internal static class Deciding
{
    /// <summary>Names people and lifts the shadow.</summary>
    public static void Begin(DecisionStore decisions)
    {
        foreach (var name in new[] { "ben", "cleo" })
        {
            decisions.Decide(Actors.Administrator, "", new Decision.PersonPut(name, Role.Approver));
        }

        foreach (var name in new[] { "rita", "rob", "rose" })
        {
            decisions.Decide(Actors.Administrator, "", new Decision.PersonPut(name, Role.ReleaseOwner));
        }

        var policy = StandardPolicy.Value with { Version = decisions.Standing.Policy.Version + 1, Shadow = false };
        decisions.Decide("ben", "looked at", new Decision.PolicyProposed(policy));
        decisions.Decide("cleo", "", new Decision.PolicyApproved(policy.Version));
    }

    /// <summary>Opens a case.</summary>
    public static CaseId Case(DecisionStore decisions)
    {
        var id = CaseId.Of(DecisionStore.Chance());
        decisions.Decide("ben", "", new Decision.CaseOpened(id, "a case", [], null));
        return id;
    }

    /// <summary>Has a measure in force, approved by two.</summary>
    public static MeasureId Put(
        DecisionStore decisions,
        Rung rung,
        MeasureTerms? terms = null,
        string subject = "account:alice",
        CaseId? about = null
    )
    {
        var now = decisions.Now();
        _ = Subject.TryParse(subject, out var of);
        var measure = new Measure(MeasureId.Of(DecisionStore.Chance()), [of], rung, terms ?? MeasureTerms.None)
        {
            ReasonCode = ReasonCodes.DistillationSuspected,
            From = now,
            Until = new EventTime(now.Micros + EventTime.Day),
            Needs = decisions.Standing.Policy.Needs(rung),
            Case = about,
        };
        decisions.Decide("ben", "seen", new Decision.MeasureProposed(measure, []));
        if (decisions.Standing.Measures[measure.Id].State == MeasureState.Proposed)
        {
            decisions.Decide("cleo", "", new Decision.MeasureApproved(measure.Id));
        }

        return measure.Id;
    }
}
