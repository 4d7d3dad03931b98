using System.Text.Json.Serialization;
using Stillwatch.Capabilities;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Decisions;

/// <summary>
/// Something that a person, a rule or the watch did about campaigns: a closed set. Cases, countermeasures, the policy, releases and people
/// as
/// they stand are a fold over all of them (<see cref="Standing"/>), and nothing else.
/// </summary>
/// <remarks>
/// The words are on disk, and never change meaning: docs/formats/decisions.md has the fields. What may be null defaults to null, because
/// it is left out when written, and a field without a default is demanded when read.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CaseOpened), "case_opened")]
[JsonDerivedType(typeof(CaseAssigned), "case_assigned")]
[JsonDerivedType(typeof(CaseNoted), "case_noted")]
[JsonDerivedType(typeof(CaseFollowed), "case_followed")]
[JsonDerivedType(typeof(HypothesisWeighed), "hypothesis_weighed")]
[JsonDerivedType(typeof(CustomerNoticed), "customer_noticed")]
[JsonDerivedType(typeof(AppealFiled), "appeal_filed")]
[JsonDerivedType(typeof(AppealAnswered), "appeal_answered")]
[JsonDerivedType(typeof(CasesMerged), "cases_merged")]
[JsonDerivedType(typeof(CaseSplit), "case_split")]
[JsonDerivedType(typeof(CaseClosed), "case_closed")]
[JsonDerivedType(typeof(CaseReopened), "case_reopened")]
[JsonDerivedType(typeof(MeasureProposed), "measure_proposed")]
[JsonDerivedType(typeof(MeasureApproved), "measure_approved")]
[JsonDerivedType(typeof(MeasureRejected), "measure_rejected")]
[JsonDerivedType(typeof(MeasureReached), "measure_reached")]
[JsonDerivedType(typeof(MeasureUndone), "measure_undone")]
[JsonDerivedType(typeof(PolicyProposed), "policy_proposed")]
[JsonDerivedType(typeof(PolicyApproved), "policy_approved")]
[JsonDerivedType(typeof(GateSet), "gate_set")]
[JsonDerivedType(typeof(ReleaseProposed), "release_proposed")]
[JsonDerivedType(typeof(ReleaseReviewed), "release_reviewed")]
[JsonDerivedType(typeof(ReleaseApproved), "release_approved")]
[JsonDerivedType(typeof(ReleaseStaged), "release_staged")]
[JsonDerivedType(typeof(ReleaseRejected), "release_rejected")]
[JsonDerivedType(typeof(ReleaseRolledBack), "release_rolled_back")]
[JsonDerivedType(typeof(PersonPut), "person_put")]
[JsonDerivedType(typeof(TokenIssued), "token_issued")]
[JsonDerivedType(typeof(PersonRemoved), "person_removed")]
[JsonDerivedType(typeof(TextRead), "text_read")]
public abstract record Decision
{
    /// <summary>A case was opened.</summary>
    public sealed record CaseOpened(CaseId Case, string Title, IReadOnlyList<Subject> Subjects, CampaignId? Campaign = null) : Decision;

    /// <summary>A case is somebody's; nobody's where the name is null.</summary>
    public sealed record CaseAssigned(CaseId Case, string? To = null) : Decision;

    /// <summary>Somebody wrote something down.</summary>
    public sealed record CaseNoted(CaseId Case, string Text) : Decision;

    /// <summary>What a case follows changed: its campaign merged with another, or divided; the case follows all of it.</summary>
    public sealed record CaseFollowed(CaseId Case, CampaignId Campaign, string Text) : Decision;

    /// <summary>A hypothesis was weighed: what speaks for it and against it, and how likely it is.</summary>
    public sealed record HypothesisWeighed(
        CaseId Case,
        Hypothesis Hypothesis,
        double Probability,
        IReadOnlyList<string> For,
        IReadOnlyList<string> Against
    ) : Decision;

    /// <summary>A customer was told something.</summary>
    public sealed record CustomerNoticed(CaseId Case, Subject Subject, string Text, EventTime? Deadline = null) : Decision;

    /// <summary>A customer appealed.</summary>
    public sealed record AppealFiled(CaseId Case, Subject Subject, string Text) : Decision;

    /// <summary>An appeal was answered. One that is granted spares its subject from every measure of the case.</summary>
    public sealed record AppealAnswered(CaseId Case, Subject Subject, bool Granted) : Decision;

    /// <summary>Cases go on as one.</summary>
    public sealed record CasesMerged(CaseId Into, IReadOnlyList<CaseId> Cases) : Decision;

    /// <summary>Some of a case's subjects go on as a case of their own; it keeps what was written down so far.</summary>
    public sealed record CaseSplit(CaseId Case, CaseId Part, string Title, IReadOnlyList<Subject> Subjects) : Decision;

    /// <summary>A case was closed.</summary>
    public sealed record CaseClosed(CaseId Case, Finding Finding) : Decision;

    /// <summary>Work on a case goes on.</summary>
    public sealed record CaseReopened(CaseId Case) : Decision;

    /// <summary>A countermeasure was proposed; one that needs nobody is decided by that.</summary>
    /// <param name="Measure">The measure.</param>
    /// <param name="Accounts">The accounts that a campaign among its subjects stands for.</param>
    public sealed record MeasureProposed(Measure Measure, IReadOnlyList<string> Accounts) : Decision;

    /// <summary>Somebody approved a countermeasure.</summary>
    public sealed record MeasureApproved(MeasureId Measure) : Decision;

    /// <summary>Somebody said no to a countermeasure.</summary>
    public sealed record MeasureRejected(MeasureId Measure) : Decision;

    /// <summary>A countermeasure reached accounts that were tied to its campaign later.</summary>
    public sealed record MeasureReached(MeasureId Measure, IReadOnlyList<string> Accounts) : Decision;

    /// <summary>A countermeasure was taken back.</summary>
    public sealed record MeasureUndone(MeasureId Measure) : Decision;

    /// <summary>A policy was proposed.</summary>
    public sealed record PolicyProposed(Policy Policy) : Decision;

    /// <summary>The proposed policy of this version is in force.</summary>
    public sealed record PolicyApproved(int Version) : Decision;

    /// <summary>Something is under the release process, or is not any more.</summary>
    public sealed record GateSet(Gate Gate, bool IsGated) : Decision;

    /// <summary>A release was proposed.</summary>
    public sealed record ReleaseProposed(Release Release) : Decision;

    /// <summary>A release was reviewed, and nothing speaks against it.</summary>
    public sealed record ReleaseReviewed(ReleaseId Release) : Decision;

    /// <summary>A release was approved.</summary>
    public sealed record ReleaseApproved(ReleaseId Release) : Decision;

    /// <summary>A stage of a release is served.</summary>
    public sealed record ReleaseStaged(ReleaseId Release, int Stage) : Decision;

    /// <summary>Somebody said no to a release.</summary>
    public sealed record ReleaseRejected(ReleaseId Release) : Decision;

    /// <summary>A release was taken back.</summary>
    public sealed record ReleaseRolledBack(ReleaseId Release) : Decision;

    /// <summary>A person was added, or has other roles.</summary>
    public sealed record PersonPut(string Name, Role Roles) : Decision;

    /// <summary>A person was given a token.</summary>
    public sealed record TokenIssued(string Name, string Sha256) : Decision;

    /// <summary>A person may not act any more.</summary>
    public sealed record PersonRemoved(string Name) : Decision;

    /// <summary>Somebody read the text of an exchange.</summary>
    public sealed record TextRead(string Exchange, CaseId? Case = null) : Decision;
}
