namespace Stillwatch.Gateway.Failures;

/// <summary>What is done with flagged accounts while the watch is not running.</summary>
public enum OnWatchDead
{
    /// <summary>They are served; the journal keeps what they do, and the watch reads it when it runs again.</summary>
    Open,

    /// <summary>Flagged accounts are refused.</summary>
    ClosedForFlagged,
}
