namespace Stillwatch.Accounts;

/// <summary>How much a key, an account or an organisation may use. Zero is "no limit".</summary>
public sealed record Limits
{
    /// <summary>Requests a minute.</summary>
    public long RequestsPerMinute { get; init; }

    /// <summary>Tokens in, a minute.</summary>
    public long InputTokensPerMinute { get; init; }

    /// <summary>Tokens out, a minute.</summary>
    public long OutputTokensPerMinute { get; init; }

    /// <summary>Exchanges that may be open at once.</summary>
    public long Concurrent { get; init; }

    /// <summary>Spend a day (UTC), in millionths of the currency that the models' prices are in.</summary>
    public long SpendPerDay { get; init; }

    /// <summary>Spend a month (UTC, by the calendar), in the same.</summary>
    public long SpendPerMonth { get; init; }

    /// <summary>No limit at all.</summary>
    public static Limits None { get; } = new();

    /// <summary>Whether nothing is limited.</summary>
    public bool IsNone => this == None;
}
