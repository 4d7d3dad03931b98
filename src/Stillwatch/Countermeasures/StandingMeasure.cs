using System.Collections.Immutable;
using Stillwatch.Cases;
using Stillwatch.Exchanges;

namespace Stillwatch.Countermeasures;

/// <summary>A countermeasure and what became of it.</summary>
/// <param name="Measure">As it was proposed.</param>
/// <param name="ProposedBy">Who proposed it.</param>
/// <param name="ProposedAt">When.</param>
public sealed record StandingMeasure(Measure Measure, string ProposedBy, EventTime ProposedAt)
{
    /// <summary>What became of it.</summary>
    public MeasureState State { get; init; }

    /// <summary>Who approved it, in order; each once, whatever tokens they have.</summary>
    public ImmutableList<string> ApprovedBy { get; init; } = [];

    /// <summary>When it was decided, rejected or undone; null before.</summary>
    public EventTime? DecidedAt { get; init; }

    /// <summary>When it was undone; null where it was not.</summary>
    public EventTime? UndoneAt { get; init; }

    /// <summary>Who undid or rejected it; null where nobody did.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Why it was undone or rejected; null where it was not.</summary>
    public string? EndedWhy { get; init; }

    /// <summary>
    /// The accounts that a campaign among its subjects stands for: those of when it was proposed, and replacements that came since.
    /// </summary>
    public ImmutableHashSet<string> Accounts { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Whom it does not touch any more: an appeal was granted.</summary>
    public ImmutableHashSet<Subject> Spared { get; init; } = [];

    /// <summary>Whether it is in force at <paramref name="now"/>: decided, begun, not over.</summary>
    public bool IsInForce(EventTime now) => State == MeasureState.Decided && Measure.From <= now && now < Measure.Until;

    /// <summary>Each subject that it touches: campaigns as their accounts, without those that are spared.</summary>
    public IEnumerable<Subject> Touched() =>
        Named().Where(subject => !Spared.Contains(subject) && !(subject.Account is { } account && Spares(account)));

    /// <summary>Whether an appeal for <paramref name="account"/> was granted: nothing of the account is touched then.</summary>
    public bool Spares(string account) => !Spared.IsEmpty && Spared.Contains(new Subject(SubjectKind.Account, account));

    /// <summary>Each subject that it names: campaigns as their accounts, those that are spared too.</summary>
    public IEnumerable<Subject> Named() =>
        Measure
            .Subjects.Where(subject => subject.Kind != SubjectKind.Campaign)
            .Concat(Accounts.Select(account => new Subject(SubjectKind.Account, account)))
            .Distinct();
}
