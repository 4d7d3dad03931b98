namespace Stillwatch.Decisions;

/// <summary>The words for roles.</summary>
public static class RoleWords
{
    private static readonly (Role Role, string Word)[] All =
    [
        (Role.Analyst, "analyst"),
        (Role.Approver, "approver"),
        (Role.ReleaseOwner, "release_owner"),
        (Role.Auditor, "auditor"),
        (Role.Administrator, "administrator"),
    ];

    /// <summary>All words.</summary>
    public static IEnumerable<string> Words => All.Select(one => one.Word);

    /// <summary>The words for <paramref name="roles"/>.</summary>
    public static string Of(Role roles, string between = ", ") =>
        roles == Role.None ? "none" : string.Join(between, All.Where(one => roles.HasFlag(one.Role)).Select(one => one.Word));

    /// <summary>The role that a word names; null where it names none.</summary>
    public static Role? Parse(string word) => All.Where(one => one.Word == word).Select(one => (Role?)one.Role).FirstOrDefault();
}
