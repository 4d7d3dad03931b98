using Stillwatch.Exchanges;

namespace Stillwatch.Signals;

/// <summary>
/// Something that the watch came to believe, put on record where it happened: a closed set. Signals of a tick come in a fixed order, and
/// <see cref="Campaigns"/> and accounts as they are now are a fold over all of them.
/// </summary>
/// <remarks>Lists of accounts are in ascending order. docs/formats/signals.md is how they are written.</remarks>
public abstract record Signal
{
    private Signal(SignalKind kind, EventTime at) => (Kind, At) = (kind, at);

    /// <summary>What it says.</summary>
    public SignalKind Kind { get; }

    /// <summary>The time of the latest exchange of the tick in which it happened.</summary>
    public EventTime At { get; }

    /// <summary>A watch began with nothing.</summary>
    /// <param name="At">The first tick's time.</param>
    /// <param name="Calibration">What it weighs by: the calibration's provenance.</param>
    /// <param name="Version">Its detectors and links with their versions, and its rules.</param>
    public sealed record WatchBegan(EventTime At, string Calibration, string Version) : Signal(SignalKind.WatchBegan, At);

    /// <summary>Accounts turned out to act as one. Until it is flagged a campaign is a candidate, and may be an office.</summary>
    public sealed record CampaignFormed(EventTime At, CampaignId Campaign, IReadOnlyList<AccountNumber> Accounts)
        : Signal(SignalKind.CampaignFormed, At);

    /// <summary>A part of a campaign became a campaign of its own, flagged where the whole was.</summary>
    /// <param name="At">When.</param>
    /// <param name="Campaign">The campaign that keeps its id.</param>
    /// <param name="Part">The new one.</param>
    /// <param name="Accounts">The accounts of the new one.</param>
    public sealed record CampaignDivided(EventTime At, CampaignId Campaign, CampaignId Part, IReadOnlyList<AccountNumber> Accounts)
        : Signal(SignalKind.CampaignDivided, At);

    /// <summary>A campaign absorbed another, with all of its accounts; flagged since the earlier of the two was.</summary>
    public sealed record CampaignMerged(EventTime At, CampaignId Campaign, CampaignId Absorbed) : Signal(SignalKind.CampaignMerged, At);

    /// <summary>Accounts joined a campaign.</summary>
    public sealed record CampaignGrew(EventTime At, CampaignId Campaign, IReadOnlyList<AccountNumber> Accounts)
        : Signal(SignalKind.CampaignGrew, At);

    /// <summary>Accounts left a campaign: what they ask for turned out to be something else.</summary>
    public sealed record CampaignShrank(EventTime At, CampaignId Campaign, IReadOnlyList<AccountNumber> Accounts)
        : Signal(SignalKind.CampaignShrank, At);

    /// <summary>A campaign was flagged.</summary>
    /// <param name="At">When.</param>
    /// <param name="Campaign">Which.</param>
    /// <param name="Cause">Why.</param>
    /// <param name="Bits">What its evidence weighed then.</param>
    /// <param name="Asked">The bits that the rule asks of a group.</param>
    public sealed record CampaignFlagged(EventTime At, CampaignId Campaign, FlagCause Cause, double Bits, double Asked)
        : Signal(SignalKind.CampaignFlagged, At);

    /// <summary>An account was flagged.</summary>
    /// <param name="At">When.</param>
    /// <param name="Account">Which.</param>
    /// <param name="Subject">The flagged campaign that it is in. Watches before version 14 flagged single accounts, as leads.</param>
    /// <param name="Cause">Why.</param>
    /// <param name="Bits">Its score then.</param>
    /// <param name="Asked">The bits that the rule asks of an account.</param>
    /// <param name="Exchanges">Its exchanges up to then.</param>
    /// <param name="Answered">Those of them that were answered.</param>
    /// <param name="TiedTo">The account of its best tie, where the tie counted; −1 otherwise.</param>
    public sealed record AccountFlagged(
        EventTime At,
        AccountNumber Account,
        CampaignId Subject,
        FlagCause Cause,
        double Bits,
        double Asked,
        long Exchanges,
        long Answered,
        AccountNumber TiedTo
    ) : Signal(SignalKind.AccountFlagged, At);

    /// <summary>
    /// An account is a lead: by itself it is worth a look and is not flagged, or it was flagged with a campaign that it left.
    /// </summary>
    public sealed record LeadBegan(EventTime At, CampaignId Lead, AccountNumber Account) : Signal(SignalKind.LeadBegan, At);

    /// <summary>An account is no longer flagged. No watch of today takes a flag back; a person's decision or a later watch may.</summary>
    public sealed record AccountUnflagged(EventTime At, AccountNumber Account, string Why) : Signal(SignalKind.AccountUnflagged, At);

    /// <summary>A reading was put on record: one of the reasons for a flag.</summary>
    /// <param name="At">When.</param>
    /// <param name="Subject">The campaign or the lead that it is of; the default where it is of an account in a campaign.</param>
    /// <param name="Account">The account that it is of; −1 where it is of a campaign.</param>
    /// <param name="Reading">The detector or link with its version.</param>
    /// <param name="Bits">What it weighed.</param>
    /// <param name="Extrapolated">Whether that lies beyond what the calibration has seen.</param>
    /// <param name="Text">What it says, for people.</param>
    public sealed record ReadingRecorded(
        EventTime At,
        CampaignId Subject,
        AccountNumber Account,
        string Reading,
        double Bits,
        bool Extrapolated,
        string Text
    ) : Signal(SignalKind.ReadingRecorded, At);

    /// <summary>A campaign or a lead is taken for something else than before.</summary>
    public sealed record VerdictChanged(EventTime At, CampaignId Subject, Verdict Before, Verdict Now)
        : Signal(SignalKind.VerdictChanged, At);
}
