using System.Buffers;
using System.Text.Json;
using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Engine.Watching;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;

namespace Stillwatch.App.Deployment;

/// <summary>
/// What the live watch shows: how it is, and the campaigns and lone accounts that are before an analyst, the latest first.
/// </summary>
internal static class LiveView
{
    private const int Most = 100;

    /// <summary>One campaign or lead, with all that its line shows.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Accounts">How many accounts.</param>
    /// <param name="Take">What they had.</param>
    /// <param name="Bits">The score, in bits.</param>
    /// <param name="At">When it was flagged.</param>
    public sealed record Row(string Id, int Accounts, Campaigns.Subjects.Take Take, double Bits, string At)
    {
        /// <summary>The first reason; null where there is none.</summary>
        public required string? Reason { get; init; }

        /// <summary>What it is taken for; null while that is not worked out.</summary>
        public required string? TakenFor { get; init; }

        /// <summary>In a few sentences.</summary>
        public required string Brief { get; init; }

        /// <summary>Whether it is flagged; a lead is not.</summary>
        public required bool IsFlagged { get; init; }

        /// <summary>Which rule flagged it, or made it a lead.</summary>
        public required string FlaggedFor { get; init; }
    }

    /// <summary>
    /// Collects what is shown, the latest first. Called where what is believed stands still; writing it out is done elsewhere.
    /// </summary>
    public static IReadOnlyList<Row> Rows(Briefing briefing)
    {
        var campaigns = briefing
            .Campaigns.Reverse()
            .Take(Most)
            .Select(campaign => new Row(
                campaign.Id.ToString(),
                campaign.Accounts.Count,
                campaign.Take,
                campaign.Bits,
                campaign.DetectedAt!.Value.ToString()
            )
            {
                Reason = First(Reasons.Of(campaign)),
                TakenFor = TakenFor(briefing, briefing.Dossiers?.Of(campaign)),
                Brief = CampaignBrief.Of(briefing, campaign),
                FlaggedFor = briefing.WhyFlagged(campaign),
                IsFlagged = true,
            });
        var sources = briefing
            .SourceLeads.Take(Most)
            .Select(lead => new Row(
                briefing.IdOf(lead).ToString(),
                lead.Accounts.Count,
                CampaignBrief.TakeOf(briefing, lead),
                briefing.Score(lead),
                lead.Since.ToString()
            )
            {
                Reason = lead.Found.Explain(),
                TakenFor = null,
                Brief = CampaignBrief.OfLead(briefing, lead),
                FlaggedFor = Briefing.HowRare(lead),
                IsFlagged = false,
            });
        var alone = briefing
            .Leads.Take(Most)
            .Select(account => new Row(
                Briefing.CampaignOf(account)!,
                1,
                account.Take,
                briefing.Score(account),
                (account.FlaggedAt ?? account.LeadAt)!.Value.ToString()
            )
            {
                Reason = First(briefing.ReasonsOf(account)),
                TakenFor = TakenFor(briefing, briefing.Dossiers?.Of(account)),
                Brief = CampaignBrief.Of(briefing, account),
                FlaggedFor = briefing.WhyFlagged(account)!,
                IsFlagged = account.FlaggedAt != null,
            });
        return [.. campaigns, .. sources, .. alone];
    }

    /// <summary>Writes the view as JSON.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<Row> rows, WatchState state)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("exchanges", state.Exchanges);
        json.WriteNumber("accounts", state.Accounts);
        json.WriteNumber("accounts_flagged", state.Flagged);
        json.WriteString("last", state.Last);
        json.WriteBoolean("behind", state.LagSeconds > 0);
        json.WriteStartArray("campaigns");
        foreach (var row in rows)
        {
            Write(json, row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Row row)
    {
        json.WriteStartObject();
        json.WriteString("campaign", row.Id);
        json.WriteNumber("accounts", row.Accounts);
        json.WriteNumber("exchanges", row.Take.Exchanges);
        json.WriteNumber("answered", row.Take.Answered);
        json.WriteNumber("output_tokens", row.Take.OutputTokens);
        json.WriteNumber("score", Math.Round(row.Bits, 1));
        json.WriteString("confidence", Briefing.Confidence(row.Bits));
        json.WriteString("detected_at", row.At);
        json.WriteBoolean("flagged", row.IsFlagged);
        json.WriteString("taken_for", row.TakenFor);
        json.WriteString("brief", row.Brief);
        json.WriteString("flagged_for", row.FlaggedFor);
        json.WriteString("reason", row.Reason);
        json.WriteEndObject();
    }

    private static string? First(IReadOnlyList<Reason> reasons) => reasons.Count == 0 ? null : reasons[0].Text;

    private static string? TakenFor(Briefing briefing, Dossier? dossier) =>
        dossier == null ? null : DossierToJson.Say(briefing.Dossiers!.Assess(dossier).Verdict);
}
