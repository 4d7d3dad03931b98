using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stillwatch.App.Deployment;
using Stillwatch.Tests.App.Deployment;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Trials.Demos;

/// <summary>The demo as a newcomer starts it: what its customers got, what is on record, and what the report says was taken.</summary>
public sealed partial class DemoTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Demo_WhenItIsOver_ThenItsCustomersWereAnsweredAndTheLabWasFoundBeforeItHadATenth()
    {
        var data = Path.Combine(_folder.Path, "demo");
        using var process = ProgramProcess.Start("up", "--demo", "--port", "0", "--console-port", "0", "--data", data);
        string? console = null,
            over = null,
            lab = null;
        while (lab == null && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            console = line.StartsWith("console", StringComparison.Ordinal)
                ? line.Split(' ').First(word => word.StartsWith("http", StringComparison.Ordinal))
                : console;
            over = line.StartsWith("demo: over.", StringComparison.Ordinal) ? line : over;
            lab = line.StartsWith("demo: the lab", StringComparison.Ordinal) ? line : lab;
        }

        // What customers got.
        var answered = Answered().Match(over!);
        var (some, all) = (Number(answered.Groups[1].Value), Number(answered.Groups[2].Value));
        Assert.True(all > 10_000 && some >= 0.99 * all, over);
        Assert.True(Number(answered.Groups[3].Value) > 1_000_000, over);
        var had = Had().Match(lab!);
        Assert.True(had.Success, lab);
        Assert.True(Number(had.Groups[2].Value) < 0.1 * Number(had.Groups[1].Value), lab);
        Assert.Matches(@"Flagged: 40 of its 40 accounts, and 0 of 2\d\d honest ones\.$", lab);

        // What the live watch and the report say of it.
        using var client = new HttpClient { BaseAddress = new Uri(console!) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            (await File.ReadAllTextAsync(Path.Combine(data, "console.token"), TestContext.Current.CancellationToken)).Trim()
        );
        var live = JsonNode.Parse(await client.GetStringAsync("/api/live", TestContext.Current.CancellationToken))!["campaigns"]![0]!;
        Assert.Equal((6_000, 6_000), ((int)live["exchanges"]!, (int)live["answered"]!));
        Assert.True((long)live["output_tokens"]! > 500_000);
        await ProgramProcess.StopAsync(process);
        Assert.Equal(0, process.ExitCode);

        // What is on record.
        var (served, tokens) = (0, 0L);
        using var stream = new DeploymentLog(data);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            var exchange = JsonNode.Parse(line)!;
            served += (int?)exchange["status"] is null or 200 && exchange["response"] != null ? 1 : 0;
            tokens += (long?)exchange["response"]?["usage"]?["completion_tokens"]
                ?? (long?)exchange["response"]?["usage"]?["output_tokens"]
                ?? 0;
        }

        Assert.Equal(some, served);
        Assert.True(tokens > 1_000_000);
    }

    [Fact]
    public async Task Demo_WhenTheFolderIsInUse_ThenItSaysSoAndTouchesNothing()
    {
        var log = _folder.Write("data/accounts.db", "");
        using var process = ProgramProcess.StartWithErrors(
            "up",
            "--demo",
            "--port",
            "0",
            "--console-port",
            "0",
            "--data",
            Path.GetDirectoryName(log)!
        );
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("is in use", error, StringComparison.Ordinal);
        Assert.Equal([log], Directory.GetFiles(Path.GetDirectoryName(log)!));
    }

    private static long Number(string text) =>
        long.Parse(text, System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"over\. ([\d,]+) of ([\d,]+) requests were answered, with ([\d,]+) tokens")]
    private static partial Regex Answered();

    [GeneratedRegex(@"came for ([\d,]+) answers\. It had ([\d,]+) of them")]
    private static partial Regex Had();
}
