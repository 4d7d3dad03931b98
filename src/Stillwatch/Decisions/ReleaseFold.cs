using Stillwatch.Capabilities;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Decisions;

/// <summary>
/// Releases, as decisions make them: proposed, reviewed and approved by three people, then staged, and taken back by one.
/// </summary>
internal static class ReleaseFold
{
    /// <summary>Why a decision about a release cannot be taken; null where it can, and for all others.</summary>
    public static string? Refuses(Standing standing, Decided decided) =>
        decided.What switch
        {
            GateSet one => one.Gate.Fault()
                ?? (
                    one.IsGated == standing.Gates.Contains(one.Gate)
                        ? one.IsGated
                            ? "it is under the release process already"
                            : "it is not under the release process"
                        : null
                )
                ?? (
                    one.IsGated || standing.Releases.Values.Any(release => release.IsWhole && release.Release.Gate == one.Gate)
                        ? null
                        : "what is under the release process is released by three people: a gate goes once its release is at its last stage"
                )
                ?? decided.WithoutReason("that"),
            ReleaseProposed one => standing.Releases.ContainsKey(one.Release.Id)
                ? $"there is a release {one.Release.Id} already"
                : one.Release.Fault()
                    ?? (
                        standing.Gates.Contains(one.Release.Gate)
                            ? null
                            : "what it releases is not under the release process: ./stillwatch release gate puts it there"
                    )
                    ?? decided.WithoutReason("a release"),
            ReleaseReviewed one => In(standing, one.Release, ReleaseState.Proposed)
                ?? Not(decided.By, standing.Releases[one.Release].ProposedBy, "proposed")
                ?? decided.WithoutReason("a review"),
            ReleaseApproved one => In(standing, one.Release, ReleaseState.Reviewed)
                ?? Not(decided.By, standing.Releases[one.Release].ProposedBy, "proposed")
                ?? Not(decided.By, standing.Releases[one.Release].ReviewedBy!, "reviewed"),
            ReleaseRejected one => Find(standing, one.Release) is { State: ReleaseState.Proposed or ReleaseState.Reviewed }
                ? decided.WithoutReason("saying no")
                : In(standing, one.Release, ReleaseState.Proposed),
            ReleaseStaged one => Find(standing, one.Release) is not { } release ? NoSuch(one.Release)
            : release.State is not (ReleaseState.Approved or ReleaseState.Staged)
                ? $"{one.Release} is {DecisionWords.Of(release.State)}: it has to be approved first"
            : one.Stage < 0 || one.Stage >= release.Release.Stages.Count ? $"stage: 0 to {release.Release.Stages.Count - 1} are there"
            : one.Stage != release.Stage + 1 ? $"stage: the next is {release.Stage + 1}; a step back is a roll-back"
            : null,
            ReleaseRolledBack one => Find(standing, one.Release) is not { } release ? NoSuch(one.Release)
            : release.State is ReleaseState.RolledBack or ReleaseState.Rejected ? $"{one.Release} is not served"
            : decided.WithoutReason("a roll-back"),
            _ => null,
        };

    /// <summary>What stands after it.</summary>
    public static Standing Apply(Standing standing, Decided decided) =>
        decided.What switch
        {
            GateSet one => Gated(standing, one),
            ReleaseProposed one => Put(standing, new StandingRelease(one.Release, decided.By, decided.At)),
            ReleaseReviewed one => Put(
                standing,
                standing.Releases[one.Release] with
                {
                    State = ReleaseState.Reviewed,
                    ReviewedBy = decided.By,
                }
            ),
            ReleaseApproved one => Put(
                standing,
                standing.Releases[one.Release] with
                {
                    State = ReleaseState.Approved,
                    ApprovedBy = decided.By,
                }
            ),
            ReleaseRejected one => Put(standing, standing.Releases[one.Release] with { State = ReleaseState.Rejected }),
            ReleaseStaged one => Put(
                standing,
                standing.Releases[one.Release] with
                {
                    State = ReleaseState.Staged,
                    Stage = one.Stage,
                    StagedAt = decided.At,
                }
            ),
            ReleaseRolledBack one => Put(standing, standing.Releases[one.Release] with { State = ReleaseState.RolledBack }),
            _ => standing,
        };

    /// <summary>A gate that is set anew begins with nobody: what was released of it before is over.</summary>
    private static Standing Gated(Standing standing, GateSet one)
    {
        foreach (var before in standing.Releases.Values.Where(release => one.IsGated && release.Release.Gate == one.Gate))
        {
            standing = Put(standing, before with { State = ReleaseState.RolledBack });
        }

        return standing with
        {
            Gates = one.IsGated ? standing.Gates.Add(one.Gate) : standing.Gates.Remove(one.Gate),
        };
    }

    private static Standing Put(Standing standing, StandingRelease release) =>
        standing with
        {
            Releases = standing.Releases.SetItem(release.Release.Id, release),
        };

    private static StandingRelease? Find(Standing standing, ReleaseId id) => standing.Releases.GetValueOrDefault(id);

    private static string? In(Standing standing, ReleaseId id, ReleaseState state) =>
        Find(standing, id) is not { } release ? NoSuch(id)
        : release.State == state ? null
        : $"{id} is {DecisionWords.Of(release.State)}, not {DecisionWords.Of(state)}";

    private static string? Not(string by, string other, string did) => by == other ? $"{by} {did} it: another person must" : null;

    private static string NoSuch(ReleaseId id) => $"there is no release {id}; ./stillwatch release list shows them";
}
