using Stillwatch.Accounts;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Engine.Storage;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;

namespace Stillwatch.App.Deployment;

/// <summary>Tells the desk which campaigns are flagged.</summary>
internal static class FlaggedCampaigns
{
    /// <summary>The flagged campaigns as they are now. Called where what is believed stands still.</summary>
    /// <param name="briefing">What is believed.</param>
    /// <param name="rows">What the provider says of accounts, by name.</param>
    /// <param name="withBrief">Of which campaigns a few sentences are wanted: making them takes time in which the watch stands
    /// still.</param>
    /// <param name="withTakes">Whether it is wanted what each account had.</param>
    public static IReadOnlyList<FlaggedCampaign> Of(
        Briefing briefing,
        IReadOnlyDictionary<string, AccountRow> rows,
        Func<CampaignId, bool> withBrief,
        bool withTakes
    ) => [.. briefing.Campaigns.Select(campaign => Of(briefing, campaign, rows, withBrief, withTakes))];

    private static FlaggedCampaign Of(
        Briefing briefing,
        Campaign campaign,
        IReadOnlyDictionary<string, AccountRow> rows,
        Func<CampaignId, bool> withBrief,
        bool withTakes
    )
    {
        var accounts = campaign.Accounts.Select(number => briefing.Watch.Accounts[number]).ToList();
        var dossier = briefing.Dossiers?.Of(campaign);
        var assessment = dossier == null ? null : briefing.Dossiers!.Assess(dossier);
        var harvesters =
            assessment is { Verdict: Verdict.Reseller } && dossier != null
                ? dossier
                    .Harvesters(briefing.Calibration)
                    .SelectMany(user => accounts.Select(account => Subject.OfFingerprint(briefing.Name(account), user.EndUser)))
                    .ToList()
                : [];
        var facts = new CampaignFacts(
            campaign.Id,
            assessment?.Verdict ?? Verdict.Unknown,
            campaign.Bits,
            [.. accounts.Select(account => Account(briefing.Name(account), rows))]
        )
        {
            Harvesters = harvesters,
        };
        return new(
            facts,
            campaign.DetectedAt!.Value,
            withBrief(campaign.Id) ? CampaignBrief.Of(briefing, campaign) : "",
            assessment,
            withTakes
                ? accounts.ToDictionary(briefing.Name, account => account.Take, StringComparer.Ordinal)
                : new Dictionary<string, Take>(StringComparer.Ordinal)
        );
    }

    private static CampaignAccount Account(string name, IReadOnlyDictionary<string, AccountRow> rows) =>
        rows.TryGetValue(name, out var row)
            ? new(name, row.Tier ?? Tier.Default, row.Organisation, row.Verified)
            : new(name, Tier.Default, null, false);
}
