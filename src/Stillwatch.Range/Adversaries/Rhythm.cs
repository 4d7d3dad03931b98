namespace Stillwatch.Range.Adversaries;

/// <summary>How a campaign spreads its requests over its accounts and the day.</summary>
internal enum Rhythm
{
    /// <summary>As fast as it goes, account after account.</summary>
    Burst,

    /// <summary>A load balancer: each request to the account that was idle longest, round the clock, all pausing together.</summary>
    Balanced,

    /// <summary>Each account at a pace of its own, round the clock.</summary>
    Steady,

    /// <summary>Each account in waking hours of its own, on some days.</summary>
    Human,
}
