using System.Globalization;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;

namespace Stillwatch.App.Deployment;

/// <summary>Writes what is counted in Prometheus' text format, under OpenTelemetry's GenAI names where there are such.</summary>
internal static class MetricsWriter
{
    /// <summary>Writes all of it.</summary>
    public static void Write(TextWriter text, GatewayServer gateway, JournalState journal, WatchState watch)
    {
        var metrics = gateway.Metrics;
        Head(text, "stillwatch_exchanges_total", "counter", "Exchanges by outcome");
        for (var i = 0; i < metrics.Outcomes.Length; i++)
        {
            Line(text, $"stillwatch_exchanges_total{{outcome=\"{ExchangeLineWriter.Word((Outcome)i)}\"}}", Volatile.Read(ref metrics.Outcomes[i]));
        }

        Head(text, "stillwatch_refusals_total", "counter", "Requests that the gateway refused, by code");
        foreach (var (code, count) in metrics.Refusals.OrderBy(refusal => refusal.Key, StringComparer.Ordinal))
        {
            Line(text, $"stillwatch_refusals_total{{code=\"{code}\"}}", count);
        }

        Head(text, "stillwatch_failure_policy_total", "counter", "Uses of a failure policy, by cause and action");
        foreach (var (cause, count) in metrics.Policies.OrderBy(policy => policy.Key, StringComparer.Ordinal))
        {
            Line(text, $"stillwatch_failure_policy_total{{cause=\"{cause}\"}}", count);
        }

        Gauge(text, "stillwatch_exchanges_open", "Exchanges under way", gateway.InFlight);
        Counter(text, "stillwatch_upstream_failovers_total", "Calls that went to another model server", metrics.FailedOver);
        Head(text, "gen_ai_client_token_usage", "counter", "Tokens, by type");
        Line(text, "gen_ai_client_token_usage{gen_ai_token_type=\"input\"}", Volatile.Read(ref metrics.InputTokens));
        Line(text, "gen_ai_client_token_usage{gen_ai_token_type=\"output\"}", Volatile.Read(ref metrics.OutputTokens));
        Histogram(text, "gen_ai_server_request_duration_seconds", "Time to the end of an answer", metrics.Durations, metrics.DurationSum);
        Histogram(text, "gen_ai_server_time_to_first_token_seconds", "Time to the first byte of an answer", metrics.FirstBytes, metrics.FirstByteSum);
        Head(text, "stillwatch_upstream_healthy", "gauge", "Whether a model server can be reached");
        foreach (var upstream in gateway.Services.Upstreams.All)
        {
            Line(text, $"stillwatch_upstream_healthy{{upstream=\"{Escape(upstream.Options.Name)}\"}}", upstream.Healthy ? 1 : 0);
        }

        Counter(text, "stillwatch_journal_exchanges_total", "Exchanges on record", journal.Written);
        Counter(text, "stillwatch_journal_lost_total", "Exchanges that could not be put on record", journal.Lost);
        Counter(text, "stillwatch_journal_bytes_total", "Bytes written to the journal", journal.Bytes);
        Counter(text, "stillwatch_journal_syncs_total", "Syncs of the journal", journal.Syncs);
        Counter(text, "stillwatch_journal_sync_errors_total", "Syncs that failed", journal.SyncErrors);
        Gauge(text, "stillwatch_journal_spilled_bytes", "Bytes in memory because the disk took nothing", journal.Spilled);
        Counter(text, "stillwatch_watch_exchanges_total", "Exchanges that the watch took", watch.Exchanges);
        Counter(text, "stillwatch_watch_rejected_total", "Records that the watch could not read", watch.Rejected);
        Gauge(text, "stillwatch_detection_lag_seconds", "For how long the watch has not been at the journal's end", watch.LagSeconds);
        Gauge(text, "stillwatch_watch_running", "Whether the watch runs", watch.Running ? 1 : 0);
        Gauge(text, "stillwatch_accounts", "Accounts that the watch knows", watch.Accounts);
        Gauge(text, "stillwatch_accounts_flagged", "Accounts that are before an analyst", watch.Flagged);
        Gauge(text, "process_resident_memory_bytes", "Resident memory", Environment.WorkingSet);
    }

    private static void Histogram(TextWriter text, string name, string help, long[] buckets, long sum)
    {
        Head(text, name, "histogram", help);
        var total = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += Volatile.Read(ref buckets[i]);
            Line(text, $"{name}_bucket{{le=\"{(i < GatewayMetrics.Bounds.Count ? GatewayMetrics.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf")}\"}}", total);
        }

        Line(text, $"{name}_sum", sum / 1e6);
        Line(text, $"{name}_count", total);
    }

    private static void Counter(TextWriter text, string name, string help, long value)
    {
        Head(text, name, "counter", help);
        Line(text, name, value);
    }

    private static void Gauge(TextWriter text, string name, string help, double value)
    {
        Head(text, name, "gauge", help);
        Line(text, name, value);
    }

    private static void Head(TextWriter text, string name, string kind, string help) => text.Write($"# HELP {name} {help}\n# TYPE {name} {kind}\n");

    private static void Line(TextWriter text, string name, double value) => text.Write($"{name} {value.ToString(CultureInfo.InvariantCulture)}\n");

    private static string Escape(string label) => label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
