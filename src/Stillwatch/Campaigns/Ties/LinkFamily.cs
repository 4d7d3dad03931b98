namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// What a link rests on. Links of one family say much the same; families speak for themselves. Numbers never change meaning.
/// </summary>
public enum LinkFamily
{
    /// <summary>Who pays, who signed up.</summary>
    Identity = 0,

    /// <summary>Where requests come from, and from what program.</summary>
    Network = 1,

    /// <summary>When accounts are busy.</summary>
    Time = 2,

    /// <summary>What is asked.</summary>
    Content = 3,
}
