using System.Text.Json;
using Stillwatch.Campaigns.Sources;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Scan;

/// <summary>Writes a scan result, version 1. The same findings give the same bytes.</summary>
internal static class ScanResultWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static void Write(Briefing briefing, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteNumber("exchanges", briefing.Log.Exchanges);
        json.WriteNumber("accounts_seen", briefing.Log.Names.Count);
        json.WriteNumber("rejected_lines", briefing.Rejections.Lines);
        Rejected(json, briefing);
        Coverage(json, briefing);
        Time(json, "first", briefing.Log.Exchanges == 0 ? null : briefing.Log.First);
        Time(json, "last", briefing.Log.Exchanges == 0 ? null : briefing.Log.Last);
        json.WriteStartObject("calibration");
        json.WriteString("provenance", briefing.Calibration.Provenance);
        json.WriteNumber("accounts", briefing.Calibration.Accounts);
        json.WriteNumber("days", briefing.Calibration.Days);
        json.WriteString("levels", briefing.Calibration.Levels.Provenance);
        json.WriteEndObject();
        Names(json, "notes", briefing.Notes);
        Accounts(json, briefing);
        Campaigns(json, briefing);
        Leads(json, briefing);
        Explained(json, briefing);
        Cleared(json, briefing);
        json.WriteEndObject();
    }

    /// <summary>What was lost, by kind: exchanges, or lines that should have held one. An extension of version 1.</summary>
    private static void Rejected(Utf8JsonWriter json, Briefing briefing)
    {
        json.WriteStartArray("rejected");
        foreach (var lost in briefing.Rejections.ByKind)
        {
            json.WriteStartObject();
            json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(lost.Kind.ToString()));
            json.WriteNumber("exchanges", lost.Exchanges);
            json.WriteString("first", lost.First);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>How many exchanges showed what, and who therefore saw little or nothing. An extension of version 1.</summary>
    private static void Coverage(Utf8JsonWriter json, Briefing briefing)
    {
        ref readonly var coverage = ref briefing.Watch.Coverage;
        json.WriteStartObject("coverage");
        json.WriteNumber("exchanges", coverage.Exchanges);
        json.WriteNumber("answered", coverage.Answered);
        json.WriteNumber("with_text", coverage.WithText);
        json.WriteNumber("with_address", coverage.WithAddress);
        json.WriteNumber("with_client", coverage.WithClient);
        json.WriteNumber("with_model", coverage.WithModel);
        json.WriteNumber("with_answer_length", coverage.WithAnswerLength);
        json.WriteStartArray("not_seen");
        foreach (var blind in briefing.Blind)
        {
            json.WriteStartObject();
            json.WriteString("needs", JsonNamingPolicy.SnakeCaseLower.ConvertName(blind.Seen.Needs.ToString()));
            json.WriteNumber("seen", blind.Seen.Some);
            json.WriteNumber("of", blind.Seen.Of);
            Names(json, "detectors", blind.Detectors);
            Names(json, "links", blind.Links);
            json.WriteString("text", blind.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Names(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Groups that act as one and were not flagged: offices, classes, fleets of one customer. An extension of version 1.</summary>
    private static void Cleared(Utf8JsonWriter json, Briefing briefing)
    {
        json.WriteStartArray("cleared_groups");
        foreach (var group in briefing.Watch.Candidates.Where(candidate => candidate.DetectedAt == null))
        {
            json.WriteStartObject();
            json.WriteStartArray("accounts");
            foreach (var name in group.Accounts.Select(number => briefing.Log.Names[number]).Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteNumber("exchanges", group.Take.Exchanges);
            Bits(json, "score", group.Bits);
            WriteReasons(json, Reasons.Of(group));
            if (briefing.Dossiers?.Of(group) is { } dossier)
            {
                DossierToJson.Verdict(json, briefing.Dossiers.Assess(dossier));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Accounts(Utf8JsonWriter json, Briefing briefing)
    {
        json.WriteStartArray("accounts");
        foreach (var account in briefing.Watch.Accounts.OrderBy(briefing.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("account", briefing.Name(account));
            Took(json, account.Take);
            Bits(json, "score", briefing.Score(account));
            Time(json, "flagged_at", account.FlaggedAt);
            if (account.LeadAt != null)
            {
                Time(json, "lead_at", account.LeadAt);
            }

            if (account.FlaggedAt != null)
            {
                json.WriteNumber("exchanges_before_flag", account.ExchangesBeforeFlag);
                json.WriteNumber("answered_before_flag", account.AnsweredBeforeFlag);
                Why(json, "flagged_for", account.FlaggedFor, briefing.WhyFlagged(account)!);
            }

            json.WriteString("campaign", account.FlaggedAt == null ? null : Briefing.CampaignOf(account));
            WriteReasons(json, briefing.ReasonsOf(account));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>When it formed, and which ids lead here. An extension of version 1.</summary>
    private static void Lineage(Utf8JsonWriter json, FoundCampaign campaign)
    {
        Time(json, "began", campaign.Began);
        if (campaign.DividedFrom != default)
        {
            json.WriteString("divided_from", campaign.DividedFrom.ToString());
        }

        if (campaign.Absorbed.Count > 0)
        {
            json.WriteStartArray("absorbed");
            foreach (var id in campaign.Absorbed.Order())
            {
                json.WriteStringValue(id.ToString());
            }

            json.WriteEndArray();
        }
    }

    private static void Campaigns(Utf8JsonWriter json, Briefing briefing)
    {
        json.WriteStartArray("campaigns");
        foreach (var campaign in briefing.Campaigns)
        {
            json.WriteStartObject();
            json.WriteString("campaign", campaign.Id.ToString());
            json.WriteStartArray("accounts");
            foreach (var name in campaign.Accounts.Select(number => briefing.Log.Names[number]).Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            Time(json, "detected_at", campaign.DetectedAt);
            Lineage(json, briefing.Found.Campaigns[campaign.Id]);
            Why(json, "flagged_for", campaign.FlaggedFor, briefing.WhyFlagged(campaign));
            json.WriteString("brief", CampaignBrief.Of(briefing, campaign));
            Took(json, campaign.Take);
            Bits(json, "score", campaign.Bits);
            json.WriteString("confidence", Briefing.Confidence(campaign.Bits));
            Readings(json, campaign);
            if (campaign.Source is { } source)
            {
                Source(json, source);
            }

            if (campaign.Corpus is { } corpus)
            {
                Corpus(json, corpus);
            }

            WriteReasons(json, Reasons.Of(campaign));
            json.WriteStartArray("links");
            foreach (var tie in briefing.Ties(campaign))
            {
                json.WriteStartObject();
                json.WriteString("link", tie.Link.Id.ToString());
                json.WriteNumber("accounts", tie.Accounts);
                json.WriteNumber("groups", tie.Groups);
                Bits(json, "most_bits", tie.Bits);
                json.WriteString("text", tie.Text($"{tie.Accounts} of its accounts"));
                if (briefing.Shared != null)
                {
                    json.WriteStartArray("shared");
                    foreach (var thing in briefing.Shared.Of(campaign, tie.Link))
                    {
                        json.WriteStartObject();
                        json.WriteString("what", thing.Text);
                        json.WriteNumber("accounts", thing.Accounts);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            DossierToJson.Write(json, briefing, briefing.Dossiers?.Of(campaign), campaign.Accounts, Reasons.Bits(campaign));
            json.WriteEndObject();
        }

        foreach (var account in briefing.Leads.Where(account => account.FlaggedAt != null))
        {
            Single(json, briefing, account, "campaign", "detected_at", account.FlaggedAt);
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// What is worth a look and is not flagged, the highest score first: single accounts, and groups of few accounts that likeness alone
    /// ties. An extension of version 1.
    /// </summary>
    private static void Leads(Utf8JsonWriter json, Briefing briefing)
    {
        json.WriteStartArray("leads");
        IEnumerable<(double Score, Action Write)> leads =
        [
            .. briefing.SourceLeads.Select(lead => (briefing.Score(lead), (Action)(() => Lead(json, briefing, lead)))),
            .. briefing.SmallSets.Select(group => (briefing.Watch.Score(group), (Action)(() => Lead(json, briefing, group)))),
            .. briefing
                .Leads.Where(account => account.FlaggedAt == null)
                .Select(account =>
                    (briefing.Score(account), (Action)(() => Single(json, briefing, account, "lead", "since", account.LeadAt)))
                ),
        ];
        foreach (var (_, write) in leads.OrderByDescending(lead => lead.Score))
        {
            write();
        }

        json.WriteEndArray();
    }

    private static void Lead(Utf8JsonWriter json, Briefing briefing, Campaign group)
    {
        json.WriteStartObject();
        json.WriteString("lead", group.Id.ToString());
        Names(json, "accounts", [.. group.Accounts.Select(number => briefing.Log.Names[number]).Order(StringComparer.Ordinal)]);
        Time(json, "since", briefing.Found.Campaigns[group.Id].Began);
        Why(json, "lead_for", FlagCause.Own, briefing.WhyNotFlagged(group));
        json.WriteString("brief", CampaignBrief.OfLead(briefing, group));
        Took(json, group.Take);
        Bits(json, "score", briefing.Watch.Score(group));
        json.WriteString("confidence", Briefing.Confidence(group.Bits));
        WriteReasons(json, Reasons.Of(group));
        json.WriteEndObject();
    }

    private static void Lead(Utf8JsonWriter json, Briefing briefing, SourceLead lead)
    {
        json.WriteStartObject();
        json.WriteString("lead", briefing.IdOf(lead).ToString());
        Names(json, "accounts", [.. lead.Accounts.Select(number => briefing.Log.Names[number]).Order(StringComparer.Ordinal)]);
        Time(json, "since", lead.Since);
        Why(json, "lead_for", FlagCause.Source, Briefing.HowRare(lead));
        json.WriteString("brief", CampaignBrief.OfLead(briefing, lead));
        Took(json, CampaignBrief.TakeOf(briefing, lead));
        Bits(json, "score", briefing.Score(lead));
        json.WriteString("confidence", Briefing.Confidence(-Math.Log2(lead.Found.P)));
        Source(json, lead.Found);
        WriteReasons(json, [new("one-source", -Math.Log2(lead.Found.P), lead.Found.Explain(), lead.Found.Extrapolated)]);
        json.WriteEndObject();
    }

    /// <summary>Who stands out and is explained, so that it is neither flagged nor a lead. An extension of version 1.</summary>
    private static void Explained(Utf8JsonWriter json, Briefing briefing)
    {
        json.WriteStartArray("explained");
        foreach (var explained in briefing.Explained)
        {
            json.WriteStartObject();
            Names(json, "accounts", [.. explained.Accounts.Select(briefing.Name).Order(StringComparer.Ordinal)]);
            json.WriteStartObject("explained_by");
            json.WriteString("verdict", "evaluation");
            Names(json, "corpora", [.. explained.Explanation.Corpora.Select(corpus => corpus.Name)]);
            json.WriteNumber("share", Math.Round(explained.Explanation.Share, 3));
            json.WriteNumber("items", explained.Explanation.Items);
            json.WriteNumber("of_items", explained.Explanation.Tracked);
            json.WriteNumber("models", explained.Explanation.Models);
            json.WriteString("text", explained.Explanation.Text);
            json.WriteEndObject();
            Took(json, explained.Group?.Take ?? CampaignBrief.TakeOf(explained.Accounts));
            Bits(json, "score", explained.Group is { } group ? briefing.Watch.Score(group) : briefing.Score(explained.Accounts[0]));
            WriteReasons(json, explained.Group is { } of ? Reasons.Of(of) : Reasons.Of(explained.Accounts[0]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What its accounts' readings came to together, and how rare that is. An extension of version 1.</summary>
    private static void Readings(Utf8JsonWriter json, Campaign campaign)
    {
        json.WriteStartObject("readings");
        json.WriteNumber("statistic", Math.Round(campaign.Statistic, 3));
        json.WriteNumber("p", campaign.P);
        if (campaign.IsExtrapolated)
        {
            json.WriteBoolean("extrapolated", true);
        }

        json.WriteEndObject();
    }

    /// <summary>That its accounts deal a known corpus out. An extension of version 1.</summary>
    private static void Corpus(Utf8JsonWriter json, CorpusFound corpus)
    {
        json.WriteStartObject("corpus");
        json.WriteString("called", corpus.Called);
        json.WriteNumber("accounts", corpus.Reading.Accounts);
        json.WriteNumber("items", corpus.Reading.Items);
        json.WriteNumber("of_items", corpus.Reading.Tracked);
        json.WriteNumber("asked_by_two", corpus.Reading.Shared);
        json.WriteNumber("asked_by_two_by_chance", Math.Round(corpus.Reading.Expected, 1));
        Bits(json, "bits", corpus.Reading.Bits);
        json.WriteString("text", corpus.Explain());
        json.WriteEndObject();
    }

    private static void Single(Utf8JsonWriter json, Briefing briefing, WatchedAccount account, string id, string since, EventTime? at)
    {
        json.WriteStartObject();
        json.WriteString(id, Briefing.CampaignOf(account));
        json.WriteStartArray("accounts");
        json.WriteStringValue(briefing.Name(account));
        json.WriteEndArray();
        Time(json, since, at);
        var cause = account.FlaggedAt == null ? account.LeadFor : account.FlaggedFor;
        Why(json, account.FlaggedAt == null ? "lead_for" : "flagged_for", cause, briefing.WhyFlagged(account)!);
        json.WriteString("brief", CampaignBrief.Of(briefing, account));
        var (p, accounts) = briefing.Watch.Rank(account);
        json.WriteNumber("p", p);
        json.WriteNumber("honest_accounts", accounts);
        Took(json, account.Take);
        Bits(json, "score", briefing.Score(account));
        json.WriteString("confidence", Briefing.Confidence(briefing.Score(account)));
        WriteReasons(json, briefing.ReasonsOf(account));
        DossierToJson.Write(json, briefing, briefing.Dossiers?.Of(account), [account.Number], Reasons.Bits(account));
        json.WriteEndObject();
    }

    private static void WriteReasons(Utf8JsonWriter json, IReadOnlyList<Reason> reasons)
    {
        json.WriteStartArray("reasons");
        foreach (var reason in reasons)
        {
            json.WriteStartObject();
            json.WriteString("detector", reason.Detector);
            Bits(json, "score", reason.Bits);
            json.WriteString("text", reason.Text);
            if (reason.Extrapolated)
            {
                json.WriteBoolean("extrapolated", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Why it was put before an analyst. An extension of version 1.</summary>
    private static void Why(Utf8JsonWriter json, string name, FlagCause cause, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("cause", cause.ToString().ToLowerInvariant());
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>That its accounts draw from one source. An extension of version 1.</summary>
    private static void Source(Utf8JsonWriter json, SourceFound source)
    {
        json.WriteStartObject("source");
        json.WriteNumber("accounts", source.Reading.Accounts);
        json.WriteNumber("prompts", source.Reading.Prompts);
        json.WriteNumber("what", Math.Round(source.Reading.What, 3));
        json.WriteNumber("when", Math.Round(source.Reading.When, 3));
        json.WriteNumber("system_prompt", Math.Round(source.Reading.SystemPrompt, 3));
        json.WriteNumber("different", Math.Round(source.Reading.Different, 3));
        json.WriteNumber("shared", Math.Round(source.Reading.Shared, 3));
        json.WriteNumber("bound", Math.Round(source.Reading.Bound, 3));
        json.WriteNumber("p", source.P);
        if (source.Extrapolated)
        {
            json.WriteBoolean("extrapolated", true);
        }

        json.WriteString("text", source.Explain());
        json.WriteEndObject();
    }

    /// <summary>All exchanges, those of them that were answered, and what was had by that.</summary>
    private static void Took(Utf8JsonWriter json, in Campaigns.Subjects.Take take)
    {
        json.WriteNumber("exchanges", take.Exchanges);
        json.WriteNumber("answered", take.Answered);
        json.WriteNumber("output_tokens", take.OutputTokens);
    }

    private static void Bits(Utf8JsonWriter json, string name, double bits) => json.WriteNumber(name, Math.Round(bits, 3));

    /// <summary>In milliseconds, rounded up: what took place in the deciding tick is not after it.</summary>
    private static void Time(Utf8JsonWriter json, string name, EventTime? time)
    {
        if (time is { } at)
        {
            json.WriteString(name, new EventTime((at.Micros + 999) / 1000 * 1000).ToString());
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
