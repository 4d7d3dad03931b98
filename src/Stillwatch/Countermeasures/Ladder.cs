using Stillwatch.Cases;
using Stillwatch.Exchanges;

namespace Stillwatch.Countermeasures;

/// <summary>
/// What the rules say of a campaign: pure, so that a preview, a live deployment and a replay of the record come to the same. It chooses;
/// it acts on nobody.
/// </summary>
public static class Ladder
{
    /// <summary>What <paramref name="rule"/> would have done to <paramref name="campaign"/>; null where it is not for it.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="rule">One of its rules.</param>
    /// <param name="campaign">The campaign.</param>
    /// <param name="now">When.</param>
    /// <param name="id">The measure's id.</param>
    /// <param name="about">The case that it belongs to; null for none.</param>
    public static LadderChoice? Choose(Policy policy, Rule rule, CampaignFacts campaign, EventTime now, MeasureId id, CaseId? about)
    {
        if (rule.Mode == RuleMode.Off || !IsFor(rule, campaign))
        {
            return null;
        }

        var accounts = campaign.Accounts.Where(account => Touches(rule, account)).Select(account => account.Name).ToList();
        var end = campaign.Harvesters.Where(user => accounts.Contains(user.Account ?? "", StringComparer.Ordinal)).ToList();
        if (rule.EndUsersOnly ? end.Count == 0 : accounts.Count == 0)
        {
            return null;
        }

        var delay = (long)(rule.DelayHours * EventTime.Hour);
        var from = new EventTime(now.Micros + delay - delay % 1000); // the record keeps milliseconds
        var measure = new Measure(
            id,
            rule.EndUsersOnly ? end : [new Subject(SubjectKind.Campaign, campaign.Id.ToString())],
            rule.Rung,
            rule.Terms
        )
        {
            ReasonCode = rule.ReasonCode,
            From = from,
            Until = new EventTime(from.Micros + rule.Days * EventTime.Day),
            Case = about,
            Rule = rule.Name,
            IsShadow = policy.Shadow || rule.Mode == RuleMode.Shadow,
            TakesReplacements = rule.TakesReplacements,
            Needs = policy.Shadow || rule.Mode == RuleMode.Shadow ? 0 : policy.Needs(rule.Rung), // nobody need approve what never acts
        };
        return new(measure, rule.EndUsersOnly ? [] : accounts);
    }

    /// <summary>Whether a rule is for a campaign.</summary>
    public static bool IsFor(Rule rule, CampaignFacts campaign) =>
        (rule.Verdicts.Count == 0 || rule.Verdicts.Contains(campaign.Verdict))
        && campaign.Bits >= rule.LeastBits
        && campaign.Accounts.Count >= rule.LeastAccounts;

    /// <summary>Whether a rule touches an account of a campaign that it is for.</summary>
    public static bool Touches(Rule rule, CampaignAccount account) =>
        (rule.Tiers.Count == 0 || rule.Tiers.Contains(account.Tier, StringComparer.Ordinal))
        && !(rule.SparesVerified && account.Verified)
        && !rule.Except.Any(one =>
            one.Kind == SubjectKind.Account && one.Name == account.Name
            || one.Kind == SubjectKind.Organisation && one.Name == account.Organisation
        );
}
