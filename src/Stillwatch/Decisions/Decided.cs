using Stillwatch.Exchanges;

namespace Stillwatch.Decisions;

/// <summary>A decision on record.</summary>
/// <param name="Number">Its place in the record, from 1 on, without a gap.</param>
/// <param name="At">When.</param>
/// <param name="By">Who (<see cref="Actors"/>, or a person's name).</param>
/// <param name="Reason">Why; may be empty where the decision speaks for itself.</param>
/// <param name="What">The decision.</param>
public sealed record Decided(long Number, EventTime At, string By, string Reason, Decision What)
{
    /// <summary>Most characters of a reason, and of a note.</summary>
    public const int MostText = 10_000;

    /// <summary>What is wrong with <paramref name="what"/> where no reason is given; null where one is.</summary>
    internal string? WithoutReason(string what) => Reason.Length == 0 ? $"{what} wants a reason" : null;
}
