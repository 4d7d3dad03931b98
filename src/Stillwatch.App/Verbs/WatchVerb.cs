using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;
using Stillwatch.App.Configuration;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch watch</c>: what the live watch believes, in a table that refreshes.</summary>
internal static class WatchVerb
{
    private const int Unwrapped = 1 << 20; // columns

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var data = new Option<string?>("--data")
        {
            Description = $"The running deployment's data folder; {DataFolder.DefaultPath} otherwise",
            HelpName = "DIR",
        };
        var console = new Option<string?>("--console")
        {
            Description = "The console's address, where it is not the one in the data folder",
            HelpName = "URL",
        };
        var once = new Option<bool>("--once") { Description = "Show it once and stop" };
        var campaign = new Argument<string?>("CAMPAIGN")
        {
            Description = "One campaign or lead, such as c-7k2m9qt: what it is taken for and why, what ties it, what it took",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var report = new Option<string?>("--report")
        {
            Description = "Write all of it to a page for people and stop; no text of an exchange is in it",
            HelpName = "FILE.html",
        };
        var command = new Command("watch", "Show what the live watch believes.") { campaign, data, console, once, report };
        command.SetAction(
            (parsed, cancel) =>
                RunAsync(
                    parsed.GetValue(data),
                    parsed.GetValue(console),
                    client =>
                        parsed.GetValue(report) is { } file ? ReportAsync(client, file, cancel)
                        : parsed.GetValue(campaign) is { } name ? CampaignAsync(client, name, cancel)
                        : parsed.GetValue(once) || Terminal.IsOutputRedirected ? OnceAsync(client, cancel)
                        : LiveAsync(client, cancel),
                    cancel
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(string? data, string? console, Func<HttpClient, Task> show, CancellationToken cancel)
    {
        var folder = DataFolder.Existing(data);
        var address = console
            ?? (
                File.Exists(folder.Address)
                    ? (await File.ReadAllTextAsync(folder.Address, cancel)).Trim()
                    : throw new UnusableInputException(
                        $"nothing runs on {folder.Path}: start it with ./stillwatch up, or name the console with --console"
                    )
            );
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", folder.Token());
        if (Terminal.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = Unwrapped; // whoever reads a pipe cuts lines where it likes
        }

        try
        {
            await show(client);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new UnusableInputException(
                $"{address} did not answer within {client.Timeout.TotalSeconds:N0} seconds; try again when it has less to do"
            );
        }
        catch (HttpRequestException fault)
        {
            throw new UnusableInputException(
                fault.StatusCode == System.Net.HttpStatusCode.Unauthorized
                    ? $"{address} does not take this data folder's token"
                    : $"{address} does not answer ({fault.Message}); is it running?"
            );
        }
    }

    private static async Task OnceAsync(HttpClient client, CancellationToken cancel)
    {
        using var view = JsonDocument.Parse(await client.GetStringAsync("/api/live", cancel));
        AnsiConsole.Write(Table(view.RootElement));
    }

    private static async Task LiveAsync(HttpClient client, CancellationToken cancel)
    {
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        client.Timeout = Timeout.InfiniteTimeSpan;
        using var stream = new StreamReader(await client.GetStreamAsync("/api/live", cancel));
        await AnsiConsole
            .Live(new Text("waiting for the first view"))
            .StartAsync(async live =>
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
    }

    private static async Task CampaignAsync(HttpClient client, string name, CancellationToken cancel)
    {
        name = await FollowAsync(client, name, cancel);
        using var findings = JsonDocument.Parse(await client.GetByteArrayAsync("/api/findings", cancel));
        var campaigns = findings.RootElement.GetProperty("campaigns").EnumerateArray().ToList();
        var leads = findings.RootElement.GetProperty("leads").EnumerateArray().ToList();
        var campaign = campaigns.Find(one => one.GetProperty("campaign").GetString() == name);
        campaign =
            campaign.ValueKind == JsonValueKind.Undefined ? leads.Find(one => one.GetProperty("lead").GetString() == name) : campaign;
        if (campaign.ValueKind == JsonValueKind.Undefined)
        {
            throw new UnusableInputException(
                $"there is no campaign {name}; "
                    + $"{(campaigns.Count == 0 ? "none is flagged" : $"there are {string.Join(", ", campaigns.Take(20).Select(one => one.GetProperty("campaign").GetString()))}")}"
            );
        }

        AnsiConsole.Write(CampaignView.Of(campaign));
    }

    /// <summary>Follows an id that was noted down earlier to what it is today, and tells where it went.</summary>
    private static async Task<string> FollowAsync(HttpClient client, string name, CancellationToken cancel)
    {
        using var answer = await client.GetAsync(new Uri($"/api/subjects/{Uri.EscapeDataString(name)}", UriKind.Relative), cancel);
        if (!answer.IsSuccessStatusCode)
        {
            return name;
        }

        using var subject = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
        var now = Plain(subject.RootElement.GetProperty("now"));
        if (now != Plain(subject.RootElement.GetProperty("id")))
        {
            AnsiConsole.MarkupLine($"{name} is {now} today: it became a part of it.\n");
        }

        return now;
    }

    private static async Task ReportAsync(HttpClient client, string file, CancellationToken cancel)
    {
        var page = await client.GetByteArrayAsync("/api/report", cancel);
        OutputFile.Write(file, stream => stream.Write(page));
    }

    private static Rows Table(JsonElement view)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var heading in (ReadOnlySpan<string>)["campaign", "accounts", "answered", "tokens out", "bits", "taken for", "found"])
        {
            table.AddColumn(new TableColumn(heading) { NoWrap = true, Padding = new Padding(0, 1) });
        }

        var title =
            $"{Count.Of(view.GetProperty("exchanges").GetInt64(), "exchange")} of "
            + $"{Count.Of(view.GetProperty("accounts").GetInt32(), "account")}, "
            + $"{view.GetProperty("accounts_flagged").GetInt32():N0} "
            + $"flagged{(view.GetProperty("behind").GetBoolean() ? "; the watch is behind" : "")}";
        List<IRenderable> reasons = [];
        foreach (var campaign in view.GetProperty("campaigns").EnumerateArray())
        {
            var name = Plain(campaign.GetProperty("campaign"));
            table.AddRow(
                name,
                campaign.GetProperty("accounts").GetInt32().ToString("N0"),
                campaign.GetProperty("answered").GetInt64().ToString("N0"),
                campaign.GetProperty("output_tokens").GetInt64().ToString("N0"),
                $"{campaign.GetProperty("score").GetDouble():F1}",
                Plain(campaign.GetProperty("taken_for")) is { Length: > 0 } verdict ? verdict : "…",
                Minutes(Plain(campaign.GetProperty("detected_at")))
            );
            reasons.Add(
                new Markup(
                    $"[bold]{name}[/] ({Plain(campaign.GetProperty("confidence"))})  {Plain(campaign.GetProperty("brief"))}\n[dim]its "
                        + $"strongest reason:[/] {Plain(campaign.GetProperty("reason"))}\n"
                )
            );
        }

        return new Rows([new Text(title), table, .. reasons]);
    }

    /// <summary>A time to the minute.</summary>
    private static string Minutes(string time) => time.Length >= 16 ? time[..16].Replace('T', ' ') : time;

    /// <summary>Text that came from customers writes nothing but itself: no escape sequence reaches the terminal.</summary>
    internal static string Plain(JsonElement value) =>
        Markup.Escape(new string([.. (value.GetString() ?? "").Where(letter => !char.IsControl(letter))]));
}
