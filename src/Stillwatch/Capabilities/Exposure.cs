namespace Stillwatch.Capabilities;

/// <summary>
/// What a release would expose, as far as this deployment's traffic and the range's measurements tell. It is kept with the release, so
/// that whoever approved knew it.
/// </summary>
public sealed record Exposure
{
    /// <summary>Accounts in the tiers of the last stage.</summary>
    public long Accounts { get; init; }

    /// <summary>Of them, those that the watch has flagged.</summary>
    public long FlaggedAccounts { get; init; }

    /// <summary>Exchanges of those tiers' accounts that are on record.</summary>
    public long Exchanges { get; init; }

    /// <summary>Of them, those of flagged accounts.</summary>
    public long FlaggedExchanges { get; init; }

    /// <summary>Flagged campaigns that have accounts in those tiers.</summary>
    public int Campaigns { get; init; }

    /// <summary>What could not be told, a sentence each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
