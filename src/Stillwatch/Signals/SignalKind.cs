namespace Stillwatch.Signals;

/// <summary>What a signal says. Numbers and names are on disk and on the wire, and never change meaning.</summary>
public enum SignalKind : byte
{
    /// <summary>Not a signal.</summary>
    None = 0,

    /// <summary>A watch began with nothing: what was believed before is not believed any more.</summary>
    WatchBegan = 1,

    /// <summary>Accounts turned out to act as one.</summary>
    CampaignFormed = 2,

    /// <summary>A part of a campaign became a campaign of its own.</summary>
    CampaignDivided = 3,

    /// <summary>A campaign absorbed another.</summary>
    CampaignMerged = 4,

    /// <summary>Accounts joined a campaign.</summary>
    CampaignGrew = 5,

    /// <summary>Accounts left a campaign.</summary>
    CampaignShrank = 6,

    /// <summary>A campaign was flagged.</summary>
    CampaignFlagged = 7,

    /// <summary>An account was flagged.</summary>
    AccountFlagged = 8,

    /// <summary>An account is no longer flagged.</summary>
    AccountUnflagged = 9,

    /// <summary>A reading was put on record.</summary>
    ReadingRecorded = 10,

    /// <summary>A campaign or a lead is taken for something else than before.</summary>
    VerdictChanged = 11,

    /// <summary>A flagged account stands alone: it left its campaign.</summary>
    LeadBegan = 12,
}
