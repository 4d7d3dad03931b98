using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Decisions;

/// <summary>The policy, as decisions make it: proposed by one person, put in force by another.</summary>
internal static class PolicyFold
{
    /// <summary>Why a decision about the policy cannot be taken; null where it can, and for all others.</summary>
    public static string? Refuses(Standing standing, Decided decided) =>
        decided.What switch
        {
            PolicyProposed one => one.Policy.Fault()
                ?? (
                    one.Policy.Version != Latest(standing) + 1
                        ? $"version: {Latest(standing)} is the latest; a change is version {Latest(standing) + 1}"
                        : null
                )
                ?? (decided.Reason.Length == 0 ? "a policy wants a reason" : null),
            PolicyApproved one => !standing.Policies.TryGetValue(one.Version, out var proposed)
                ? $"no policy of version {one.Version} was proposed"
            : proposed.By == decided.By ? $"{decided.By} proposed version {one.Version}: another person must approve it"
            : standing.Policy.Version == one.Version ? $"version {one.Version} is in force already"
            : one.Version < standing.Policy.Version
                ? $"version {standing.Policy.Version} came after it: propose the old one as a new version"
            : null,
            _ => null,
        };

    /// <summary>What stands after it.</summary>
    public static Standing Apply(Standing standing, Decided decided) =>
        decided.What switch
        {
            PolicyProposed one => standing with { Policies = standing.Policies.SetItem(one.Policy.Version, (one.Policy, decided.By)) },
            PolicyApproved one => standing with { Policy = standing.Policies[one.Version].Policy },
            _ => standing,
        };

    private static int Latest(Standing standing) =>
        Math.Max(standing.Policy.Version, standing.Policies.IsEmpty ? 0 : standing.Policies.Keys.Max());
}
