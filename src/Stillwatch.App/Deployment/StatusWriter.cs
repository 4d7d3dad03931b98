using System.Buffers;
using System.Text.Json;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Engine.Journal;
using Stillwatch.Reports.Calibrations;

namespace Stillwatch.App.Deployment;

/// <summary>Writes how a deployment is: what runs, what is wrong, and which links are blind for want of facts.</summary>
internal static class StatusWriter
{
    /// <summary>Writes it as JSON.</summary>
    public static void Write(IBufferWriter<byte> output, Running running, bool factsKnown, TimeProvider clock)
    {
        var (journal, watch, services) = (running.Journal.State, running.Watch.State, running.Gateway.Services);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("time", clock.GetUtcNow());
        json.WriteStartObject("gateway");
        json.WriteString("address", running.GatewayAddress);
        json.WriteNumber("open", running.Gateway.InFlight);
        json.WriteBoolean("draining", services.Draining);
        json.WriteNumber("keys", services.Directory.Current.Keys);
        json.WriteNumber("account_store_seconds", Math.Round(services.Directory.SecondsSinceAnswer, 1));
        json.WriteStartArray("upstreams");
        foreach (var upstream in services.Upstreams.All)
        {
            json.WriteStartObject();
            json.WriteString("name", upstream.Options.Name);
            json.WriteString("url", upstream.Options.Url.GetLeftPart(UriPartial.Path));
            json.WriteBoolean("healthy", upstream.Healthy);
            json.WriteString("fault", upstream.Fault);
            json.WriteNumber("open", upstream.Open);
            json.WriteNumber("models", upstream.Listed.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        var decisions = running.Decisions;
        json.WriteStartObject("decisions");
        json.WriteNumber("number", decisions.Standing.Number);
        json.WriteNumber("policy_version", decisions.Standing.Policy.Version);
        json.WriteBoolean("policy_in_shadow", decisions.Standing.Policy.Shadow);
        json.WriteNumber("subjects_touched", decisions.Current.Count);
        json.WriteNumber("seconds_since_answer", Math.Round(decisions.SecondsSinceAnswer, 1));
        json.WriteString("fault", decisions.Fault);
        json.WriteEndObject();
        json.WriteStartObject("journal");
        json.WriteString("durability", Words(running.Settings.Journal.Durability));
        json.WriteNumber("exchanges", journal.Written);
        json.WriteNumber("lost", journal.Lost);
        json.WriteNumber("bytes", journal.Bytes);
        json.WriteString("fault", journal.Fault);
        json.WriteNumber("torn_at_start", running.Repaired.Torn);
        json.WriteNumber("ended_at_start", running.Repaired.Ended);
        json.WriteNumber("sealed", running.Housekeeping.Sealed);
        json.WriteEndObject();
        json.WriteStartObject("watch");
        json.WriteBoolean("running", watch.Running);
        json.WriteNumber("exchanges", watch.Exchanges);
        json.WriteNumber("rejected", watch.Rejected);
        json.WriteNumber("accounts", watch.Accounts);
        json.WriteNumber("accounts_flagged", watch.Flagged);
        json.WriteNumber("lag_seconds", Math.Round(watch.LagSeconds, 3));
        json.WriteString("last", watch.Last);
        json.WriteNumber("snapshot_age_seconds", Math.Round(running.Watch.Saver.AgeSeconds, 1));
        json.WriteNumber("snapshot_stop_seconds", Math.Round(running.Watch.Saver.LongestStopSeconds, 4));
        json.WriteString("snapshot_fault", running.Watch.Saver.Fault);
        json.WriteString("fault", watch.Fault ?? running.Watch.LastFault);
        json.WriteNumber("unreadable", running.Watch.Unreadable);
        json.WriteStartObject("calibration");
        json.WriteString("provenance", running.Calibration.Provenance);
        json.WriteNumber("accounts", running.Calibration.Accounts);
        json.WriteNumber("days", Math.Round(running.Calibration.Days, 1));
        json.WriteBoolean("honest_list", running.Calibration.HonestList);
        json.WriteStartArray("doubts");
        foreach (var doubt in CalibrationFit.Doubts(running.Calibration))
        {
            json.WriteStringValue(doubt);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("blind_links");
        foreach (var (link, why) in Blind(factsKnown, running))
        {
            json.WriteStartObject();
            json.WriteString("link", link);
            json.WriteString("why", why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("housekeeping_faults");
        foreach (var (step, fault) in running.Housekeeping.Faults)
        {
            json.WriteString(step, fault);
        }

        json.WriteEndObject();
        json.WriteStartArray("tiers_not_configured");
        foreach (var tier in running.UnknownTiers)
        {
            json.WriteStringValue(tier);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Words(Durability durability) =>
        durability switch
        {
            Durability.Durable => "durable",
            Durability.ProcessSafe => "process-safe",
            _ => "best-effort",
        };

    /// <summary>Links that see less than they could, and what would open their eyes.</summary>
    private static IEnumerable<(string Link, string Why)> Blind(bool factsKnown, Running running)
    {
        var options = running.Gateway.Services.Options;
        foreach (var link in Link.All.Where(link => !factsKnown && link.Id.Family == LinkFamily.Identity))
        {
            yield return (link.Id.Name, "no account facts are known: ./stillwatch accounts import FILE");
        }

        if (running.Settings.Listen.Certificate == null && options.TrustedProxies.Count == 0)
        {
            yield return (
                "shared-client",
                "TLS ends elsewhere and no trusted proxy tells the client's fingerprint: gateway.tls or gateway.trusted_proxies with X-JA4"
            );
        }
    }
}
