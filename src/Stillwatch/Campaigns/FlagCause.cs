namespace Stillwatch.Campaigns;

/// <summary>Why an account or a campaign was put before an analyst. Numbers never change meaning.</summary>
public enum FlagCause : byte
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>Its own requests were enough.</summary>
    Own = 1,

    /// <summary>It was in a campaign that was flagged, then or later.</summary>
    Campaign = 2,

    /// <summary>It is tied to somebody who was flagged, at the price that is asked for that.</summary>
    Tie = 3,

    /// <summary>It is a part of a flagged campaign that turned out to do two jobs.</summary>
    Division = 4,
}
