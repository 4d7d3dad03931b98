namespace Stillwatch.Decisions;

/// <summary>The record of decisions, as whoever serves people sees it. Safe for use from many threads.</summary>
public interface IDecisions
{
    /// <summary>What stands now.</summary>
    Standing Standing { get; }

    /// <summary>Takes decisions in one piece, or none of them: they are on record and in force when this returns.</summary>
    /// <exception cref="DecisionRefusedException">One cannot be taken, and why.</exception>
    IReadOnlyList<Decided> Decide(string by, string reason, IReadOnlyList<Decision> what);

    /// <summary>All decisions behind <paramref name="number"/>: the audit trail.</summary>
    IReadOnlyList<Decided> Read(long number);
}
