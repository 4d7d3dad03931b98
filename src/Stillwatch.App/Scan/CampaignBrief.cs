using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Dossiers;

namespace Stillwatch.App.Scan;

/// <summary>A campaign in two sentences that need no glossary: who acts as one and what they took, and why that is no accident.</summary>
internal static class CampaignBrief
{
    /// <summary>The sentences.</summary>
    public static string Of(Findings findings, Campaign campaign)
    {
        var ties = findings.Ties(campaign).Take(2).Select(tie => $"{(tie.Accounts == campaign.Accounts.Count ? "all" : tie.Accounts.ToString("N0"))} of them {tie.Link.Says}").ToList();
        var what = $"{Count.Of(campaign.Accounts.Count, "account")} act as one{(ties.Count == 0 ? "" : $": {string.Join(", and ", ties)}")}.";
        return $"{what} {Took(campaign.Take)}";
    }

    /// <summary>What a subject took, and how it went about it.</summary>
    public static string Took(in Take take)
    {
        var refused = take.Exchanges - take.Answered;
        var answers = take.Answered == 0
            ? $"They asked {Count.Of(take.Exchanges, "time")} and had no answer"
            : $"They have had {Count.Of(take.Answered, "answer")} ({take.OutputTokens:N0} tokens){(refused == 0 ? "" : $"; {refused:N0} more requests were refused or failed")}";
        var followed = take.Answered == 0 ? "" : take.FollowUps == 0 ? ", and never once asked back" : $", and {(double)take.FollowUps / take.Answered:P0} of their requests went on with a conversation";
        return $"{answers}{followed}.";
    }

    /// <summary>What somebody has to decide of it.</summary>
    public static string ToDecide(Verdict? verdict, int accounts) => verdict switch
    {
        Verdict.Lab => $"Decide whether to stop {(accounts == 1 ? "it" : "them")}: this looks like somebody who copies the model.",
        Verdict.Reseller => "Decide which of the customers behind it to stop, if any: this looks like somebody who sells the model's answers on.",
        Verdict.Evaluation => "Decide whether this is an evaluation that was agreed on: it looks like one.",
        Verdict.HonestBulk => "Ask who this is before anything is done: it looks like honest bulk work.",
        Verdict.Unknown => "Find out who this is before anything is done: nothing speaks clearly for one explanation.",
        _ => "What it looks like is being worked out.",
    };
}
