using System.Buffers;
using System.Text.Json;
using Stillwatch.Reports.Scan;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Engine.Watching;
using Stillwatch.Signals;

namespace Stillwatch.App.Deployment;

/// <summary>What the live watch shows: how it is, and the campaigns and lone accounts that are before an analyst, the latest first.</summary>
internal static class LiveView
{
    private const int Most = 100;

    /// <summary>The view as JSON.</summary>
    public static byte[] Of(Briefing briefing, WatchState state)
    {
        var output = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("exchanges", state.Exchanges);
        json.WriteNumber("accounts", state.Accounts);
        json.WriteNumber("accounts_flagged", state.Flagged);
        json.WriteString("last", state.Last);
        json.WriteBoolean("behind", state.LagSeconds > 0);
        json.WriteStartArray("campaigns");
        foreach (var campaign in briefing.Campaigns.Reverse().Take(Most))
        {
            Row(json, campaign.Id.ToString(), campaign.Accounts.Count, campaign.Take, Math.Log2(campaign.E), campaign.DetectedAt!.Value.ToString(), Reasons.Of(campaign), TakenFor(briefing, briefing.Dossiers?.Of(campaign)), CampaignBrief.Of(briefing, campaign), briefing.WhyFlagged(campaign));
        }

        foreach (var account in briefing.Alone.Reverse().Take(Most))
        {
            Row(json, Briefing.CampaignOf(account)!, 1, account.Take, briefing.Score(account), account.FlaggedAt!.Value.ToString(), briefing.ReasonsOf(account), TakenFor(briefing, briefing.Dossiers?.Of(account)), CampaignBrief.Of(briefing, account), briefing.WhyFlagged(account)!);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What it is taken for; null while that is not worked out.</summary>
    private static string? TakenFor(Briefing briefing, Dossier? dossier) => dossier == null ? null : DossierToJson.Say(briefing.Dossiers!.Assess(dossier).Verdict);

    private static void Row(Utf8JsonWriter json, string name, int accounts, in Campaigns.Take take, double bits, string at, IReadOnlyList<Reason> reasons, string? takenFor, string brief, string why)
    {
        json.WriteStartObject();
        json.WriteString("campaign", name);
        json.WriteNumber("accounts", accounts);
        json.WriteNumber("exchanges", take.Exchanges);
        json.WriteNumber("answered", take.Answered);
        json.WriteNumber("output_tokens", take.OutputTokens);
        json.WriteNumber("score", Math.Round(bits, 1));
        json.WriteString("confidence", Briefing.Confidence(bits));
        json.WriteString("detected_at", at);
        json.WriteString("taken_for", takenFor);
        json.WriteString("brief", brief);
        json.WriteString("flagged_for", why);
        json.WriteString("reason", reasons.Count == 0 ? null : reasons[0].Text);
        json.WriteEndObject();
    }
}
