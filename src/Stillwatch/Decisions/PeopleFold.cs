using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Decisions;

/// <summary>People, as decisions make them.</summary>
internal static class PeopleFold
{
    private const int MostTokens = 20;

    /// <summary>Why a decision about people cannot be taken; null where it can, and for all others.</summary>
    public static string? Refuses(Standing standing, Decided decided) =>
        decided.What switch
        {
            PersonPut one => !Person.IsName(one.Name)
                ? $"name '{one.Name}': 1 to 100 letters, digits, dots, dashes, underscores and @ are taken"
            : one.Roles == Role.None ? "roles: at least one is wanted"
            : one.Roles.HasFlag(Role.Administrator) && one.Roles != Role.Administrator
                ? "an administrator says who may do what, and does none of it: no other role goes with it"
            : one.Roles.HasFlag(Role.Auditor) && one.Roles != Role.Auditor ? "an auditor changes nothing: no other role goes with it"
            : one.Name == decided.By ? "nobody changes their own roles"
            : null,
            TokenIssued one => !standing.People.TryGetValue(one.Name, out var person) || !person.IsActive ? $"{one.Name} is nobody here"
            : person.Tokens.Count >= MostTokens ? $"{one.Name} has {MostTokens} tokens: remove the person and add it again"
            : one.Sha256.Length != 64 || !one.Sha256.All(char.IsAsciiHexDigitLower)
                ? "sha256: 64 hexadecimal digits in small letters are wanted"
            : standing.Of(one.Sha256) is { } owner ? $"the token is {owner.Name}'s already"
            : null,
            PersonRemoved one => standing.People.TryGetValue(one.Name, out var person) && person.IsActive
                ? null
                : $"{one.Name} is nobody here",
            _ => null,
        };

    /// <summary>What stands after it.</summary>
    public static Standing Apply(Standing standing, Decided decided) =>
        decided.What switch
        {
            PersonPut one => Put(
                standing,
                (standing.People.GetValueOrDefault(one.Name) ?? new(one.Name, one.Roles)) with
                {
                    Roles = one.Roles,
                    IsActive = true,
                }
            ),
            TokenIssued one => Put(standing, standing.People[one.Name] with { Tokens = standing.People[one.Name].Tokens.Add(one.Sha256) }),
            PersonRemoved one => Put(standing, standing.People[one.Name] with { IsActive = false, Tokens = [] }),
            _ => standing,
        };

    private static Standing Put(Standing standing, Person person) =>
        standing with
        {
            People = standing.People.SetItem(person.Name, person),
        };
}
