namespace Stillwatch.Campaigns.Subjects;

/// <summary>The published rules by which weights put somebody before an analyst. Detectors know none of them.</summary>
/// <param name="AccountAlpha">An account becomes a lead once its weight reaches 1/α. A lead is ranked and shown; it is flagged only with a
/// campaign. Default 0.01.</param>
/// <param name="CampaignAlpha">At most this share of honest deployments has any flag in a period, whatever is looked for: the error rate
/// over everything. Its parts are below. Default 0.05.</param>
/// <param name="FalseTies">Two accounts are taken to act as one where strangers so well tied would be fewer than this among all pairs that
/// are searched: all pairs of accounts, or of an account and a flagged campaign. Default 1/16.</param>
/// <param name="FewestAccounts">A group of fewer accounts is flagged only where a card, an address or the like ties them all: asking
/// alike makes a campaign from so many on. Default 8, the size from which the issue of 28 November asks for campaigns; chosen before any
/// scoring.</param>
public sealed record WatchRules(
    double AccountAlpha = 0.01,
    double CampaignAlpha = 0.05,
    double FalseTies = 1.0 / 16,
    int FewestAccounts = 8
)
{
    // The parts of the error rate, chosen before anything was scored with them: what shares nothing is looked for hardest by its source,
    // a few accounts in one hand are seldom a campaign, and accounts with hours or a system prompt of their own hardly ever.
    private const double OfGroups = 0.45,
        OfOwnGroups = 0.05,
        OfSources = 0.3,
        OfFewGroups = 0.1,
        OfCorpora = 0.1;

    /// <summary>A group of tied accounts is flagged by its readings where at most this share of honest populations has any that comes as
    /// high.</summary>
    public double GroupAlpha => OfGroups * CampaignAlpha;

    /// <summary>The same of a group whose accounts have hours or a system prompt of their own and that a card, an address or the like
    /// ties.</summary>
    public double OwnGroupAlpha => OfOwnGroups * CampaignAlpha;

    /// <summary>The same of a group of few accounts that a card, an address or the like ties.</summary>
    public double FewGroupAlpha => OfFewGroups * CampaignAlpha;

    /// <summary>Which of the three is asked of a group, by what it was judged to be and how many accounts it has.</summary>
    public double AlphaOf(Campaign group) =>
        group.HasItsOwn ? OwnGroupAlpha
        : IsOfFew(group) ? FewGroupAlpha
        : GroupAlpha;

    /// <summary>Whether a group has fewer accounts than a campaign.</summary>
    public bool IsOfFew(Campaign group) => group.Accounts.Count < FewestAccounts;

    /// <summary>Accounts that draw from one source are flagged where at most this share of honest populations has any class that comes as
    /// low.</summary>
    public double SourceAlpha => OfSources * CampaignAlpha;

    /// <summary>Accounts that deal a known corpus out are flagged where chance would do so at any look of a period with at most this
    /// probability.</summary>
    public double CorpusAlpha => OfCorpora * CampaignAlpha;

    /// <summary>A period, in days: what the error rates are per.</summary>
    public const int PeriodDays = 30;

    /// <summary>The defaults.</summary>
    public static WatchRules Default { get; } = new();
}
