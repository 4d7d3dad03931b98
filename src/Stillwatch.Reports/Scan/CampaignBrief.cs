using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Campaigns.Sources;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Scan;

/// <summary>A campaign in two sentences that need no glossary: what to decide, and why.</summary>
internal static class CampaignBrief
{
    private const int MostTies = 2;

    private const string Lead =
        "Look at it, and do nothing for this alone: busy honest accounts, such as those that serve many people, come as high.";

    /// <summary>What to decide of <paramref name="campaign"/>, and why.</summary>
    public static string Of(Briefing briefing, Campaign campaign) =>
        $"{ToDecide(TakenFor(briefing, briefing.Dossiers?.Of(campaign)), campaign.Accounts.Count)} {Why(briefing, campaign)}";

    /// <summary>What to decide of an account that stands alone, and why.</summary>
    public static string Of(Briefing briefing, WatchedAccount account) =>
        $"{(account.FlaggedAt == null ? Lead : ToDecide(TakenFor(briefing, briefing.Dossiers?.Of(account)), accounts: 1))} "
        + $"{briefing.Name(account)} {Took(account.Take, one: true)}.";

    private static Verdict? TakenFor(Briefing briefing, Dossier? dossier) =>
        dossier == null ? null : briefing.Dossiers!.Assess(dossier).Verdict;

    /// <summary>What to do about a group that is not flagged, and why.</summary>
    public static string OfLead(Briefing briefing, Campaign group) => $"{Lead} {Why(briefing, group)}";

    /// <summary>What to do about accounts that draw from one source and are not flagged for it, and why.</summary>
    public static string OfLead(Briefing briefing, SourceLead lead) =>
        "Look at it, and do nothing for this alone: a few apps of one product can look the same. "
        + $"{Count.Of(lead.Accounts.Count, "account")} may act as one: what one of them asks, and when, tells nothing of what it asks "
        + $"next beyond what all of them ask. They {Took(TakeOf(briefing, lead), one: false)}.";

    /// <summary>What its accounts took together.</summary>
    public static Take TakeOf(Briefing briefing, SourceLead lead) =>
        TakeOf(lead.Accounts.Select(number => briefing.Watch.Accounts[number]));

    /// <summary>What accounts took together.</summary>
    public static Take TakeOf(IEnumerable<WatchedAccount> accounts)
    {
        var all = new Take();
        foreach (var account in accounts)
        {
            all.Merge(account.Take);
        }

        return all;
    }

    /// <summary>Who acts as one, by what that is known, and what they took.</summary>
    public static string Why(Briefing briefing, Campaign campaign)
    {
        var ties = briefing
            .Ties(campaign)
            .Take(MostTies)
            .Select(tie => tie.Text($"{(tie.Accounts == campaign.Accounts.Count ? "all" : tie.Accounts.ToString("N0"))} of them"))
            .ToList();
        if (campaign.Source is { } source)
        {
            ties.Insert(
                0,
                $"what one of {source.Reading.Accounts:N0} of them asks, and when, tells nothing of what it asks next beyond what all ask"
            );
        }

        if (campaign.Corpus is { } corpus)
        {
            ties.Insert(0, $"{corpus.Reading.Accounts:N0} of them deal {corpus.Called} out among themselves");
        }

        return $"{Count.Of(campaign.Accounts.Count, "account")} act as "
            + $"one{(ties.Count == 0 ? "" : $" ({string.Join(", and ", ties)})")} and {Took(campaign.Take, one: false)}.";
    }

    private static string Took(in Take take, bool one)
    {
        var refused = take.Exchanges - take.Answered;
        if (take.Answered == 0)
        {
            return $"asked {Count.Of(take.Exchanges, "time")} and had no answer";
        }

        var followed =
            take.FollowUps == 0
                ? "never once asked back"
                : $"went on with a conversation in {(double)take.FollowUps / take.Answered:P0} of {(one ? "its" : "their")} requests";
        return $"{(one ? "has" : "have")} had {Count.Of(take.Answered, "answer")} ({take.OutputTokens:N0} "
            + $"tokens{(refused == 0 ? "" : $"; {refused:N0} more requests were refused or failed")}) and {followed}";
    }

    private static string ToDecide(Verdict? verdict, int accounts) =>
        verdict switch
        {
            Verdict.Lab => $"Decide whether to stop {(accounts == 1 ? "it" : "them")}: this looks like somebody who copies the model.",
            Verdict.Reseller =>
                "Decide which of the customers behind it to stop, if any: this looks like somebody who sells the model's answers on.",
            Verdict.Evaluation => "Decide whether this is an evaluation that was agreed on: it looks like one.",
            Verdict.HonestBulk => "Ask who this is before anything is done: it looks like honest bulk work.",
            Verdict.Unknown => "Find out who this is before anything is done: nothing speaks clearly for one explanation.",
            _ => "Wait for what it looks like before anything is done: that is being worked out.",
        };
}
