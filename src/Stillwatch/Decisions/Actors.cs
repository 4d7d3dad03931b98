namespace Stillwatch.Decisions;

/// <summary>Who is named as the author of a decision, where no person is.</summary>
public static class Actors
{
    /// <summary>The watch.</summary>
    public const string Watch = "watch";

    /// <summary>Whoever has the token of the data folder: only that one can name the first people.</summary>
    public const string Administrator = "administrator";

    private const string RulePrefix = "rule:",
        CustomerPrefix = "customer:";

    /// <summary>A rule of the policy.</summary>
    public static string OfRule(string name) => RulePrefix + name;

    /// <summary>A customer, by the account's name.</summary>
    public static string OfCustomer(string account) => CustomerPrefix + account;

    /// <summary>Whether it is a person's name.</summary>
    public static bool IsPerson(string actor) => actor is not (Watch or Administrator) && !actor.Contains(':', StringComparison.Ordinal);

    /// <summary>The account of a customer; null for others.</summary>
    public static string? CustomerOf(string actor) =>
        actor.StartsWith(CustomerPrefix, StringComparison.Ordinal) ? actor[CustomerPrefix.Length..] : null;
}
