namespace Stillwatch.Campaigns.Telling;

/// <summary>Where the gateway finds what the watch believes, as far as it must know. Reading it takes no lock.</summary>
public interface IFlaggedAccounts
{
    /// <summary>Whether <paramref name="account"/> is before an analyst.</summary>
    bool IsFlagged(string account);

    /// <summary>Whether the watch is running.</summary>
    bool IsWatching { get; }
}
