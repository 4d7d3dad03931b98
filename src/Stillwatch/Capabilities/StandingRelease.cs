using System.IO.Hashing;
using System.Runtime.InteropServices;
using Stillwatch.Exchanges;

namespace Stillwatch.Capabilities;

/// <summary>A release and what became of it.</summary>
/// <param name="Release">As it was proposed.</param>
/// <param name="ProposedBy">Who proposed it.</param>
/// <param name="ProposedAt">When.</param>
public sealed record StandingRelease(Release Release, string ProposedBy, EventTime ProposedAt)
{
    /// <summary>What became of it.</summary>
    public ReleaseState State { get; init; }

    /// <summary>Who reviewed it; null before.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>Who approved it; null before.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>The stage that is served, from 0; −1 before the first.</summary>
    public int Stage { get; init; } = -1;

    /// <summary>When the stage began that is served; null before the first.</summary>
    public EventTime? StagedAt { get; init; }

    /// <summary>Whether its last stage is served, and that reaches all accounts of its tiers.</summary>
    public bool IsWhole => State == ReleaseState.Staged && Stage == Release.Stages.Count - 1 && Release.Stages[Stage].Share >= 1;

    /// <summary>Whether <paramref name="account"/> of <paramref name="tier"/> has what is released.</summary>
    public bool Reaches(string tier, string account)
    {
        if (State != ReleaseState.Staged)
        {
            return false;
        }

        var stage = Release.Stages[Stage];
        return stage.Tiers.Contains(tier, StringComparer.Ordinal) && (stage.Share >= 1 || Place(account) < stage.Share);
    }

    /// <summary>The account's place among all, 0 to 1: the same at every stage, so that nobody loses by the next what it had.</summary>
    private double Place(string account) =>
        (XxHash3.HashToUInt64(MemoryMarshal.AsBytes($"{Release.Id}/{account}".AsSpan())) >> 11) * (1.0 / (1UL << 53));
}
