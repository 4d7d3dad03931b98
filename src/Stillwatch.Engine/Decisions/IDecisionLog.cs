using Stillwatch.Decisions;

namespace Stillwatch.Engine.Decisions;

/// <summary>
/// Where the record of decisions lies: one list that only grows, shared by all processes of a deployment. Calls come one after the other.
/// </summary>
internal interface IDecisionLog : IDisposable
{
    /// <summary>The decisions behind <paramref name="number"/>, in order.</summary>
    IReadOnlyList<Decided> ReadFrom(long number);

    /// <summary>
    /// Appends decisions in one piece, where the last one on record is the one before the first of them; false, and nothing is written,
    /// where
    /// somebody else was first.
    /// </summary>
    bool TryAppend(IReadOnlyList<Decided> decisions);

    /// <summary>Whether there may be decisions behind <paramref name="number"/>: cheap, asked several times a second.</summary>
    bool HasMore(long number);
}
