using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>The administration's port: behind a token, and what customers can reach tells nothing of it.</summary>
public sealed class ConsoleTests
{
    [Fact]
    public async Task Guard_WhenNoTokenIsGiven_ThenOnlyTheStartPageAnswers()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var stranger = new HttpClient { BaseAddress = new Uri(live.Running.ConsoleAddress) };
        foreach (var path in new[] { "/status", "/metrics", "/api/live", "/api/findings", "/api/report" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
            // not on the customers' port at all
            Assert.Equal(HttpStatusCode.NotFound, (await live.Client.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
        using var console = live.Console();
        (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).EnsureSuccessStatusCode();
        var status = JsonNode.Parse(await console.GetStringAsync("/status", TestContext.Current.CancellationToken))!;
        Assert.Contains(status["watch"]!["blind_links"]!.AsArray(), link => (string?)link!["link"] == "shared-payment");
        Assert.Equal("process-safe", (string?)status["journal"]!["durability"]);
        Assert.Contains(
            "stillwatch_exchanges_total",
            await console.GetStringAsync("/metrics", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Simulate_WhenItIsNotConfigured_ThenNobodyCanSwitchAFailureOn()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await console.PostAsync("/api/simulate/watch-dead", null, TestContext.Current.CancellationToken)).StatusCode
        );
    }

    /// <summary>A page whose name is made to lead here has its visitors' browsers ask under that name.</summary>
    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost:8081", HttpStatusCode.OK)]
    [InlineData("[::1]:8081", HttpStatusCode.OK)]
    [InlineData("console.example", HttpStatusCode.OK)]
    public async Task Guard_WhenTheHostIsNotOurs_ThenItIsNotAnswered(string host, HttpStatusCode status)
    {
        using var folder = new LogFolder();
        await using var live = await LiveDeployment.StartAsync(config: folder.Write("c.yaml", "console: { hosts: [console.example] }\n"));
        using var console = live.Console();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/status") { Headers = { Host = host } };
        Assert.Equal(status, (await console.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public void Settings_WhenTheConsoleWouldBeOnTheNetwork_ThenThatHasToBeSaid()
    {
        using var folder = new LogFolder();
        var fault = Assert.Throws<UnusableInputException>(() =>
            Stillwatch.App.Configuration.Settings.Read(folder.Write("c.yaml", "console: { address: 0.0.0.0 }\n"), folder.Path, [])
        );
        Assert.Contains("plain HTTP", fault.Message, StringComparison.Ordinal);
        Assert.Equal(
            "0.0.0.0",
            Stillwatch
                .App.Configuration.Settings.Read(
                    folder.Write("c.yaml", "console: { address: 0.0.0.0, plain_http: true }\n"),
                    folder.Path,
                    []
                )
                .Console.Address.ToString()
        );
    }

    [Fact]
    public async Task Lines_WhenAllAreWrong_ThenTheyAreCountedAndTheFirstAreTold()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        using var answer = await console.PostAsync(
            "/api/exchanges",
            new StringContent(string.Concat(Enumerable.Repeat("no line\n", 5_000))),
            TestContext.Current.CancellationToken
        );
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((5_000, 20), ((int)said["rejected"]!, said["complaints"]!.AsArray().Count));
    }

    [Fact]
    public async Task Metrics_WhenScraped_ThenPromtoolFindsNothingWrongAndTheyTellStatusModelAndUpstream()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool (Debian's package prometheus) is not there");
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).EnsureSuccessStatusCode();
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, "{}", 503);
        await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
        await live.Send("/v1/chat/completions", """{"model":"nobody has this","messages":[]}""");
        using var response = await console.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        var metrics = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Matches(
            "stillwatch_exchanges_total\\{[^}]*model=\"m\",outcome=\"complete\",status_class=\"2xx\",upstream=\"u0\"\\} 1\n",
            metrics
        );
        Assert.Matches(
            "stillwatch_exchanges_total\\{[^}]*model=\"m\",outcome=\"upstream_error\",status_class=\"5xx\",upstream=\"u0\"\\} 1\n",
            metrics
        );
        Assert.Matches(
            "stillwatch_exchanges_total\\{[^}]*model=\"other\",outcome=\"refused\",status_class=\"4xx\",upstream=\"none\"\\} 1\n",
            metrics
        );
        Assert.Matches("gen_ai_client_token_usage_sum\\{[^}]*gen_ai_token_type=\"output\"\\} 3\n", metrics);
        Assert.Contains("gen_ai_server_request_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("gen_ai_server_time_to_first_token_seconds_bucket", metrics, StringComparison.Ordinal);
        using var promtool = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        await promtool.StandardInput.WriteAsync(metrics);
        promtool.StandardInput.Close();
        var said =
            await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            + await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (promtool.ExitCode, said));
    }

    [Fact]
    public async Task Calibration_WhenTheOperatorHasOne_ThenItIsWhatTheWatchIsWeighedByAndItsDoubtsAreTold()
    {
        using var folder = new LogFolder();
        using var stored = new MemoryStream();
        Stillwatch.Reports.Calibrations.CalibrationFile.Save(
            Stillwatch.Signals.Calibration.None with
            {
                Provenance = "our own month",
                Accounts = 7,
            },
            stored
        );
        await using var live = await LiveDeployment.StartAsync([("calibration", folder.Write("c.json", stored.ToArray()))]);
        using var console = live.Console();
        var calibration = JsonNode.Parse(await console.GetStringAsync("/status", TestContext.Current.CancellationToken))!["watch"]![
            "calibration"
        ]!;
        Assert.Equal("our own month", (string?)calibration["provenance"]);
        Assert.Contains(calibration["doubts"]!.AsArray(), doubt =>
            ((string?)doubt)!.Contains("7 accounts that nobody vouched for", StringComparison.Ordinal)
        );
        Assert.Contains(
            "our own month",
            await console.GetStringAsync("/api/report", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Lines_WhenPosted_ThenTheyAreOnRecordAndWatchedAndBadOnesAreNamed()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        var body = LogFolder.Line("x1", 1, "outside") + "{broken\n" + LogFolder.Line("x2", 2, "outside");
        using var response = await console.PostAsync(
            "/api/exchanges",
            new StringContent(body, Encoding.UTF8, "application/x-ndjson"),
            TestContext.Current.CancellationToken
        );
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((2, 1), ((int)answer["taken"]!, (int)answer["rejected"]!));
        Assert.Contains("line 2", (string?)answer["complaints"]![0], StringComparison.Ordinal);
        await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 2);
        Assert.Equal(["x1", "x2"], live.Record().Select(record => (string)record["id"]!));
    }

    [Fact]
    public async Task Lines_WhenTheyAreOldBesideLiveTraffic_ThenTheirSenderIsToldAndTheyAreNotCountedAsNow()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).EnsureSuccessStatusCode();
        var recent = LogFolder
            .Line("x2", 2, "outside")
            .Replace(
                "2026-03-02T00:00:02.000Z",
                Stillwatch.Reports.SystemClock.Instance.GetUtcNow().AddMinutes(-30).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
                StringComparison.Ordinal
            );
        using var response = await console.PostAsync(
            "/api/exchanges",
            new StringContent(LogFolder.Line("x1", 1, "outside") + recent, Encoding.UTF8, "application/x-ndjson"),
            TestContext.Current.CancellationToken
        );
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((1, 1), ((int)answer["taken"]!, (int)answer["rejected"]!));
        Assert.Contains(
            "line 1: its time 2026-03-02T00:00:01.000Z is too late to be watched",
            (string?)answer["complaints"]![0],
            StringComparison.Ordinal
        );
        await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 2);
        Assert.DoesNotContain(live.Record(), record => (string?)record["id"] == "x1");
    }

    [Fact]
    public async Task Replay_WhenItIsOldBesideLiveTraffic_ThenItIsRefusedAndNotOnRecordAlsoAfterARestart()
    {
        using var folder = new LogFolder();
        var data = Path.Combine(folder.Path, "data");
        for (var start = 0; start < 2; start++)
        {
            await using var live = await LiveDeployment.StartAsync(path: data, trustReplay: true);
            if (start == 0)
            {
                (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).EnsureSuccessStatusCode();
                await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 1);
                for (var second = 0; second < 10; second++)
                {
                    live.Running.Gateway.Sweeper.Sweep(); // what was served within the last seconds is no measure
                }
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent("""{"model":"m","messages":[]}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new("Bearer", live.Key);
            request.Headers.Add("x-stillwatch-replay-token", live.Running.Token);
            request.Headers.Add("x-stillwatch-replay-id", "old");
            request.Headers.Add("x-stillwatch-replay-time", "2026-03-02T00:00:01.000Z");
            using var response = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
            Assert.Contains(
                "too late to be watched",
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
            Assert.Single(live.Record());
        }
    }

    [Fact]
    public async Task Follow_WhenAFolderGrows_ThenWholeLinesAreTakenOnceAlsoOverARestart()
    {
        using var folder = new LogFolder();
        var (logs, data) = (Directory.CreateDirectory(Path.Combine(folder.Path, "logs")).FullName, Path.Combine(folder.Path, "data"));
        var file = Path.Combine(logs, "a.jsonl");
        await File.WriteAllTextAsync(file, LogFolder.Line("x1", 1) + LogFolder.Line("x2", 2)[..20], TestContext.Current.CancellationToken);
        await using (var live = await LiveDeployment.StartAsync([("follow_folder", logs)], data))
        {
            await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 1);
            await File.AppendAllTextAsync(file, LogFolder.Line("x2", 2)[20..], TestContext.Current.CancellationToken);
            await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 2);
        }

        await File.AppendAllTextAsync(file, LogFolder.Line("x3", 3), TestContext.Current.CancellationToken);
        await using (var live = await LiveDeployment.StartAsync([("follow_folder", logs)], data))
        {
            await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 3);
            Assert.Equal(["x1", "x2", "x3"], live.Record().Select(record => (string)record["id"]!));
        }
    }

    [Fact]
    public async Task Live_WhenEventsAreAskedFor_ThenEachChangeIsSent()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        console.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        using var stream = new StreamReader(await console.GetStreamAsync("/api/live", TestContext.Current.CancellationToken));
        Assert.Contains("\"exchanges\":0", await stream.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
        string? line;
        do
        {
            line = await stream.ReadLineAsync(TestContext.Current.CancellationToken);
        } while (line != null && !line.Contains("\"exchanges\":1", StringComparison.Ordinal));
        Assert.NotNull(line);
    }
}
