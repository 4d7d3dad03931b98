using System.Collections.Immutable;
using Stillwatch.Capabilities;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;

namespace Stillwatch.Decisions;

/// <summary>
/// Cases, countermeasures, the policy, releases and people as they stand after some decisions: a fold over the record, so that a restart, a
/// second process and an auditor come to the same. Immutable.
/// </summary>
public sealed record Standing
{
    /// <summary>Before the first decision: nobody, no case, and the standard policy, which is in shadow.</summary>
    public static Standing Empty { get; } = new();

    /// <summary>The number of the latest decision.</summary>
    public long Number { get; init; }

    /// <summary>The cases.</summary>
    public ImmutableDictionary<CaseId, Case> Cases { get; init; } = ImmutableDictionary<CaseId, Case>.Empty;

    /// <summary>The countermeasures.</summary>
    public ImmutableDictionary<MeasureId, StandingMeasure> Measures { get; init; } = ImmutableDictionary<MeasureId, StandingMeasure>.Empty;

    /// <summary>The policy in force.</summary>
    public Policy Policy { get; init; } = StandardPolicy.Value;

    /// <summary>All policies that were proposed, by version, with who did.</summary>
    public ImmutableSortedDictionary<int, (Policy Policy, string By)> Policies { get; init; } =
        ImmutableSortedDictionary<int, (Policy Policy, string By)>.Empty;

    /// <summary>What is under the release process.</summary>
    public ImmutableList<Gate> Gates { get; init; } = [];

    /// <summary>The releases.</summary>
    public ImmutableDictionary<ReleaseId, StandingRelease> Releases { get; init; } = ImmutableDictionary<ReleaseId, StandingRelease>.Empty;

    /// <summary>The people, by name; those who were removed too.</summary>
    public ImmutableSortedDictionary<string, Person> People { get; init; } =
        ImmutableSortedDictionary.Create<string, Person>(StringComparer.Ordinal);

    /// <summary>The person that a token is of; null where it is nobody's.</summary>
    /// <param name="sha256">SHA-256 of the token, in hexadecimal digits.</param>
    public Person? Of(string sha256) => People.Values.FirstOrDefault(person => person.IsActive && person.Tokens.Contains(sha256));

    /// <summary>
    /// The accounts that no rule touches any more: an appeal for them was granted, or a case of theirs was closed as honest.
    /// </summary>
    public IReadOnlySet<string> Spared() =>
        Cases
            .Values.SelectMany(one =>
                one.Appeals.Where(appeal => appeal.Granted == true && appeal.Subject.Kind == SubjectKind.Account)
                    .Select(appeal => appeal.Subject.Name)
                    .Concat(
                        one.Finding == Finding.Honest
                            ? one.Subjects.Where(subject => subject.Kind == SubjectKind.Account).Select(subject => subject.Name)
                            : []
                    )
            )
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether <paramref name="account"/> is among <see cref="Spared"/>.</summary>
    public bool IsSpared(string account) => Spared().Contains(account);

    /// <summary>What is done to whom by measures that act.</summary>
    public EnforcementPlan Plan() => EnforcementPlan.Of(Measures.Values.Where(one => !IsShadow(one.Measure)), Policy.Appeal, Number);

    /// <summary>What would be done by measures that never act.</summary>
    public EnforcementPlan ShadowPlan() => EnforcementPlan.Of(Measures.Values.Where(one => IsShadow(one.Measure)), Policy.Appeal, Number);

    /// <summary>
    /// Whether a measure never acts: it was meant so, all of the policy is in shadow, or the policy in force does not have its rule live.
    /// </summary>
    public bool IsShadow(Measure measure) =>
        measure.IsShadow || Policy.Shadow || measure.Rule is { } name && RuleOf(name) is not { Mode: RuleMode.Live };

    /// <summary>What is released to whom.</summary>
    public ReleaseRegister Register() => ReleaseRegister.Of(Gates, Releases.Values);

    /// <summary>The rule of the policy in force that <paramref name="name"/>, with any version, names; null where it has none.</summary>
    public Rule? RuleOf(string name)
    {
        var id = name.Split('@')[0];
        return Policy.Rules.FirstOrDefault(rule => rule.Id == id);
    }

    /// <summary>Why a decision cannot be taken as things stand; null where it can.</summary>
    public string? Refuses(Decided decided) =>
        decided.Reason.Length > Decided.MostText ? $"the reason has more than {Decided.MostText:N0} characters"
        : Permissions.Refuses(this, decided.By, decided.What) is { } denied ? denied
        : CaseFold.Refuses(this, decided)
            ?? MeasureFold.Refuses(this, decided)
            ?? PolicyFold.Refuses(this, decided)
            ?? ReleaseFold.Refuses(this, decided)
            ?? PeopleFold.Refuses(this, decided);

    /// <summary>What stands after a decision. What it refers to must be there: <see cref="Refuses"/> says so before.</summary>
    public Standing With(Decided decided)
    {
        var next = this with { Number = decided.Number };
        next = CaseFold.Apply(next, decided);
        next = MeasureFold.Apply(next, decided);
        next = PolicyFold.Apply(next, decided);
        next = ReleaseFold.Apply(next, decided);
        return PeopleFold.Apply(next, decided);
    }
}
