using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Spectre.Console;
using Stillwatch.App.Deployment;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch watch</c>: what the live watch believes, in a table that refreshes.</summary>
internal static class WatchVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var data = new Option<string?>("--data") { Description = $"The running deployment's data folder; {DataFolder.DefaultPath} otherwise", HelpName = "DIR" };
        var console = new Option<string?>("--console") { Description = "The console's address, where it is not the one in the data folder", HelpName = "URL" };
        var once = new Option<bool>("--once") { Description = "Show it once and stop" };
        var command = new Command("watch", "Show what the live watch believes.") { data, console, once };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data), parsed.GetValue(console), parsed.GetValue(once) || Terminal.IsOutputRedirected, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string? data, string? console, bool once, CancellationToken cancel)
    {
        var folder = new DataFolder(data);
        var address = console ?? (File.Exists(folder.Address) ? (await File.ReadAllTextAsync(folder.Address, cancel)).Trim() : throw new UnusableInputException($"nothing runs on {folder.Path}: start it with ./stillwatch up, or name the console with --console"));
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", folder.Token());
        try
        {
            if (once)
            {
                using var view = JsonDocument.Parse(await client.GetStringAsync("/api/live", cancel));
                AnsiConsole.Write(Table(view.RootElement));
                return ExitCode.Done;
            }

            client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var stream = new StreamReader(await client.GetStreamAsync("/api/live", cancel));
            await AnsiConsole.Live(new Text("waiting for the first view")).StartAsync(async live =>
            {
                while (await stream.ReadLineAsync(cancel) is { } line)
                {
                    if (line.StartsWith("data: ", StringComparison.Ordinal))
                    {
                        using var view = JsonDocument.Parse(line.AsMemory(6));
                        live.UpdateTarget(Table(view.RootElement));
                    }
                }
            });
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
        catch (HttpRequestException fault)
        {
            throw new UnusableInputException(fault.StatusCode == System.Net.HttpStatusCode.Unauthorized ? $"{address} does not take this data folder's token" : $"{address} does not answer ({fault.Message}); is it running?");
        }
    }

    private static Table Table(JsonElement view)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("campaign", "accounts", "exchanges", "tokens out", "bits", "confidence", "before an analyst since", "strongest reason");
        table.Title = new TableTitle($"{view.GetProperty("exchanges").GetInt64():N0} exchanges of {view.GetProperty("accounts").GetInt32():N0} accounts, {view.GetProperty("accounts_flagged").GetInt32():N0} flagged{(view.GetProperty("behind").GetBoolean() ? "; the watch is behind" : "")}");
        foreach (var campaign in view.GetProperty("campaigns").EnumerateArray())
        {
            table.AddRow(
                Plain(campaign.GetProperty("campaign")), campaign.GetProperty("accounts").GetInt32().ToString("N0"), campaign.GetProperty("exchanges").GetInt64().ToString("N0"),
                campaign.GetProperty("output_tokens").GetInt64().ToString("N0"), campaign.GetProperty("score").GetDouble().ToString("F1"), Plain(campaign.GetProperty("confidence")),
                Plain(campaign.GetProperty("detected_at")), Plain(campaign.GetProperty("reason")));
        }

        return table;
    }

    /// <summary>Text that came from customers writes nothing but itself: no escape sequence reaches the terminal.</summary>
    private static string Plain(JsonElement value) => Markup.Escape(new string([.. (value.GetString() ?? "").Where(letter => !char.IsControl(letter))]));
}
