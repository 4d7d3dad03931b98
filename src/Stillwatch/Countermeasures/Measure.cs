using Stillwatch.Cases;
using Stillwatch.Exchanges;

namespace Stillwatch.Countermeasures;

/// <summary>
/// A countermeasure as it was proposed: what is done to whose exchanges, why, from when and until when. It never changes; what became of
/// it is in <see cref="StandingMeasure"/>.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Subjects">Whom it is about; 1 to 100,000.</param>
/// <param name="Rung">What is done.</param>
/// <param name="Terms">How much.</param>
public sealed record Measure(MeasureId Id, IReadOnlyList<Subject> Subjects, Rung Rung, MeasureTerms Terms)
{
    /// <summary>Most subjects of one measure.</summary>
    public const int MostSubjects = 100_000;

    /// <summary>The longest that it may be in force, in days: whoever wants more decides again.</summary>
    public const int MostDays = 366;

    /// <summary>Why, in a word that customers are told, as <c>distillation_suspected</c>.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>When it begins at the earliest: measures that begin together give no hint which account gave which away.</summary>
    public required EventTime From { get; init; }

    /// <summary>When it ends by itself.</summary>
    public required EventTime Until { get; init; }

    /// <summary>The case that it belongs to; null for none.</summary>
    public CaseId? Case { get; init; }

    /// <summary>The rule that it comes from, as <c>strip-lab@3</c>; null where a person thought of it.</summary>
    public string? Rule { get; init; }

    /// <summary>Whether it is only counted whom it would touch: a shadow never acts, whoever approves it.</summary>
    public bool IsShadow { get; init; }

    /// <summary>Whether accounts that are tied to its campaign later come under it too.</summary>
    public bool TakesReplacements { get; init; }

    /// <summary>How many people must approve it, by the policy of when it was proposed.</summary>
    public int Needs { get; init; }

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault() =>
        Subjects.Count is 0 or > MostSubjects ? $"subjects: 1 to {MostSubjects:N0} are taken, there are {Subjects.Count:N0}"
        : !ReasonCodes.IsOne(ReasonCode) ? $"reason_code '{ReasonCode}': 1 to 64 small letters, digits and underscores are taken"
        : Until <= From ? "it ends before it begins"
        : Until.Micros - From.Micros > MostDays * EventTime.Day ? $"it is in force for more than {MostDays} days: decide again then"
        : Rung == Rung.RevokeKey && Subjects.Any(subject => subject.Kind != SubjectKind.Key)
            ? "revoking is for keys: suspend an account instead"
        : Rung == Rung.Suspend && Subjects.Any(subject => subject.Kind == SubjectKind.Key) ? "a key is revoked, not suspended"
        : TakesReplacements && Subjects.All(subject => subject.Kind != SubjectKind.Campaign)
            ? "replacements are those of a campaign, and none is among its subjects"
        : Terms.Fault(Rung);
}
