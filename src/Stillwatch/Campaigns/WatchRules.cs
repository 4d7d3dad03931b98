namespace Stillwatch.Campaigns;

/// <summary>The published rules by which weights put somebody before an analyst. Detectors know none of them.</summary>
/// <param name="AccountAlpha">An account becomes a lead once its e-value reaches 1/α: so many honest accounts at most do, on average, in a
/// period. A lead is ranked and shown; it is flagged only with a campaign. Default 0.01.</param>
/// <param name="CampaignAlpha">Campaigns are flagged by e-BH at this false discovery rate over the period's candidates. Default
/// 0.05.</param>
/// <param name="FalseTies">Two accounts are taken to act as one where strangers so well tied would be fewer than this among all pairs that
/// are searched: all pairs of accounts, or of an account and a flagged campaign. Default 1/16.</param>
/// <param name="FewestAccounts">A group of fewer accounts is flagged only where a card, an address or the like ties them all: asking
/// alike makes a campaign from so many on. Default 8, the size from which the issue of 28 November asks for campaigns; chosen before any
/// scoring.</param>
/// <param name="SourceAlpha">A group whose accounts draw from one source is flagged where at most this share of honest populations has any
/// class that comes as low, at any look of a period. Default 0.01.</param>
/// <param name="PriceOfTheirOwn">A group whose accounts clearly have hours or a system prompt of their own, as people and products do, is
/// flagged only at so many times the e-value: one campaign in so many is taken to imitate that. Default 64.</param>
/// <param name="TieShare">The share of an account's e-value that its tie to a flagged campaign makes. Default one tenth: what an account
/// did itself weighs most.</param>
public sealed record WatchRules(
    double AccountAlpha = 0.01,
    double CampaignAlpha = 0.05,
    double FalseTies = 1.0 / 16,
    double TieShare = 0.1,
    int FewestAccounts = 8,
    double SourceAlpha = 0.01,
    double PriceOfTheirOwn = 64
)
{
    /// <summary>A period, in days: what the error rates are per.</summary>
    public const int PeriodDays = 30;

    /// <summary>The defaults.</summary>
    public static WatchRules Default { get; } = new();
}
