using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Deployment;

/// <summary>
/// Whom a policy would touch, by the ladder that acts when it is live: its exceptions, granted appeals and what is done already included.
/// </summary>
internal static class Preview
{
    /// <summary>What was seen, for shares.</summary>
    /// <param name="Days">Of how many days exchanges are counted.</param>
    /// <param name="Accounts">All accounts.</param>
    /// <param name="Exchanges">All exchanges in those days.</param>
    /// <param name="Of">The exchanges of an account of a campaign in those days.</param>
    public sealed record Seen(int Days, int Accounts, long Exchanges, Func<FlaggedCampaign, string, long> Of);

    /// <summary>Makes one.</summary>
    public static PolicyPreview Of(Policy policy, Standing standing, IReadOnlyList<FlaggedCampaign> campaigns, EventTime now, Seen seen)
    {
        var touched = new Dictionary<string, long>(StringComparer.Ordinal);
        var already = standing
            .Measures.Values.Where(one => one.IsInForce(now) && !standing.IsShadow(one.Measure) && one.Measure.Rung > Rung.Tag)
            .SelectMany(one => one.Touched())
            .Select(subject => subject.Account)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var (spared, found) = (standing.Spared(), EnforcementReport.Found(standing));
        List<RulePreview> rules = [];
        foreach (var rule in policy.Rules)
        {
            var accounts = new Dictionary<string, TouchedAccount>(StringComparer.Ordinal);
            List<string> fits = [];
            foreach (var campaign in campaigns)
            {
                var facts = campaign.Facts with
                {
                    Accounts = [.. campaign.Facts.Accounts.Where(account => !spared.Contains(account.Name))],
                };

                // as if it were on: a rule that is off is looked at too, that is what a preview is for
                var on = rule with { Mode = RuleMode.Live };
                if (Ladder.Choose(policy, on, facts, now, default, null) is not { } choice)
                {
                    continue;
                }

                fits.Add(campaign.Facts.Id.ToString());
                var byName = facts.Accounts.ToDictionary(account => account.Name, StringComparer.Ordinal);
                foreach (
                    var name in rule.EndUsersOnly
                        ? choice.Measure.Subjects.Select(subject => subject.Account!).Distinct(StringComparer.Ordinal)
                        : choice.Accounts
                )
                {
                    var exchanges = seen.Of(campaign, name);
                    accounts[name] = new(
                        name,
                        found.GetValueOrDefault(name),
                        !already.Contains(name) && !touched.ContainsKey(name),
                        exchanges
                    )
                    {
                        LooksHonest = LooksHonest(campaign, byName[name]),
                    };
                }
            }

            foreach (var (name, account) in accounts.Where(_ => rule.Rung > Rung.Tag))
            {
                touched[name] = account.Exchanges;
            }

            rules.Add(
                new(
                    rule.Name,
                    rule.Rung,
                    policy.Shadow && rule.Mode == RuleMode.Live ? RuleMode.Shadow : rule.Mode,
                    fits,
                    [
                        .. accounts
                            .Values.OrderByDescending(one => one.Standing == TouchedStanding.ConfirmedHonest)
                            .ThenByDescending(one => one.LooksHonest != null)
                            .ThenByDescending(one => one.IsNew)
                            .ThenByDescending(one => one.Exchanges)
                            .ThenBy(one => one.Account, StringComparer.Ordinal),
                    ]
                )
                {
                    NetNew = accounts.Values.Count(one => one.IsNew),
                    Needs = policy.Needs(rule.Rung),
                }
            );
        }

        return new(seen.Days, rules)
        {
            Accounts = touched.Count,
            AllAccounts = seen.Accounts,
            Exchanges = touched.Values.Sum(),
            AllExchanges = seen.Exchanges,
            Unknown =
            [
                "which campaigns would be flagged later is not known: those of now are looked at, with all that they have by now",
                "a stripped exchange counts whether or not it asked for what is taken out",
            ],
        };
    }

    private static string? LooksHonest(FlaggedCampaign campaign, CampaignAccount account) =>
        account.Verified ? "the provider has verified it"
        : campaign.Facts.Verdict is Signals.Verdict.Reseller or Signals.Verdict.Evaluation or Signals.Verdict.HonestBulk
            ? $"its campaign is taken for {DecisionWords.Of(campaign.Facts.Verdict).Replace('_', ' ')}"
        : campaign.Facts.Accounts.Count == 1 ? "it stands alone"
        : null;
}
