using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Range.World;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>Writes a scenario as files: an exchange log, version 1, the accounts, the labels.</summary>
internal static class LogRun
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the log into <paramref name="folder"/>.</summary>
    /// <param name="stage">The scenario, set.</param>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="zipped">Whether the log is compressed.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    /// <param name="cancel">Tells it to stop.</param>
    /// <returns>How many exchanges were written.</returns>
    public static long Write(Stage stage, string folder, bool zipped, IProgress<double>? progress, CancellationToken cancel)
    {
        var timeline = new Timeline(stage.World, stage.Adversaries);
        var written = 0L;
        OutputFile.Write(Path.Combine(folder, zipped ? "exchanges.jsonl.gz" : "exchanges.jsonl"), stream =>
        {
            using var log = zipped ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true) : stream;
            Observing.Run(
                timeline.Hours(),
                () => new Scribe(stage.World, timeline.Order),
                (scribe, acts) =>
                {
                    var lines = new ArrayBufferWriter<byte>(acts.Count * 2048);
                    foreach (var act in acts)
                    {
                        scribe.Write(act, answered: true, lines);
                    }

                    return (Lines: lines, acts.Count);
                },
                lag: stage.IsForeseen,
                made =>
                {
                    log.Write(made.Lines.WrittenSpan);
                    written += made.Count;
                },
                hour => progress?.Report((hour + Provider.Hour - stage.World.Start) / (double)(stage.World.End - stage.World.Start)),
                cancel
            );
        });
        return written;
    }

    /// <summary>Writes the accounts and the labels.</summary>
    public static void WriteAccounts(Stage stage, string folder)
    {
        OutputFile.Write(Path.Combine(folder, "accounts.jsonl"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, Json);
            foreach (var account in stage.World.Accounts)
            {
                Write(account, json);
                json.Flush();
                json.Reset();
                stream.WriteByte((byte)'\n');
            }
        });
        OutputFile.Write(Path.Combine(folder, "labels.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, Json);
            json.WriteStartObject();
            json.WriteStartObject("accounts");
            foreach (var account in stage.World.Accounts)
            {
                json.WriteStartObject(account.Name);
                json.WriteString("role", account.Role.Label);
                json.WriteString("campaign", account.Campaign);
                json.WriteString("kind", account.Role.Name);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("campaigns");
            foreach (var adversary in stage.Adversaries)
            {
                json.WriteStartObject(adversary.Campaign);
                json.WriteString("kind", adversary.Name);
                json.WriteString("goal", adversary.Goal);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>An account's row, as the provider knows it.</summary>
    public static void Write(Account account, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("account", account.Name);
        json.WriteString("created", new Exchanges.EventTime(account.Created).ToString());
        if (account.Organisation != null)
        {
            json.WriteString("organisation", account.Organisation);
        }

        json.WriteString("email_domain", account.EmailDomain);
        json.WriteString("country", account.Country);
        json.WriteString("tier", account.Tier);
        if (account.Payment != null)
        {
            json.WriteString("payment", account.Payment);
        }

        json.WriteBoolean("verified", account.Verified);
        json.WriteEndObject();
    }
}
