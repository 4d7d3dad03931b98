using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.App.Deployment;
using Stillwatch.App.Trials.StandIn;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>
/// R1 of the failure tests: killed at any moment under load, nothing that a client has the end of is missing, doubled or changed.
/// </summary>
public sealed class KillTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("stillwatch-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public Task Kill_WhenFewTimesUnderLoad_ThenAllThatWasAcknowledgedIsOnRecordOnce() => Run(kills: 4);

    [Fact]
    [Trait("Suite", "slow")]
    public Task Kill_WhenAHundredTimesUnderLoad_ThenAllThatWasAcknowledgedIsOnRecordOnce() =>
        Run(int.TryParse(Environment.GetEnvironmentVariable("STILLWATCH_KILLS"), out var kills) ? kills : 100);

    private async Task Run(int kills)
    {
        var random = new Random(20260302);
        var acknowledged = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var (sent, restart) = (0, TimeSpan.Zero);
        await using var standIn = await StandInServer.StartAsync(Answers.None, 0, Pace.Realistic, TestContext.Current.CancellationToken);
        for (var kill = 0; kill < kills; kill++)
        {
            using var process = ProgramProcess.Start(
                "up",
                "--upstream",
                standIn.Address,
                "--data",
                _data,
                "--port",
                "0",
                "--console-port",
                "0"
            );
            var began = Stopwatch.StartNew();
            var address = await ProgramProcess.AddressAsync(process, "gateway");
            restart = began.Elapsed > restart ? began.Elapsed : restart;
            var secret = await ProgramProcess.KeyAsync("load", _data);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
            {
                BaseAddress = new Uri(address),
                Timeout = TimeSpan.FromSeconds(10),
            };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            using var stop = new CancellationTokenSource();
            var load = Enumerable
                .Range(0, 16)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (!stop.IsCancellationRequested)
                        {
                            var number = Interlocked.Increment(ref sent);
                            var body =
                                $"{{\"model\":\"stand-in\",\"stream\":{(number % 2 == 0 ? "true" : "false")},\"messages\":[{{\"role\":\"user\",\"content\":\"number {number} {new string('x', number % 3000)}\"}}]}}";
                            try
                            {
                                using var response = await client.PostAsync(
                                    "/v1/chat/completions",
                                    new StringContent(body, Encoding.UTF8, "application/json")
                                );
                                var answer = await response.Content.ReadAsStringAsync();
                                if (
                                    response.StatusCode == HttpStatusCode.OK
                                    && (number % 2 != 0 || answer.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal))
                                )
                                {
                                    acknowledged[response.Headers.GetValues("x-request-id").Single()] = body;
                                }
                            }
                            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException)
                            {
                                return; // killed
                            }
                        }
                    })
                )
                .ToArray();
            var enough = acknowledged.Count + 25;
            await Stillwatch.Tests.Gateway.LiveDeployment.Until(() => acknowledged.Count >= enough);
            var moment = Volatile.Read(ref sent) + random.Next(300); // at any moment: while so many more are sent
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref sent) >= moment, Stillwatch.Tests.Gateway.LiveDeployment.Patience));
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await stop.CancelAsync();
            await Task.WhenAll(load);
        }

        // repairs what the last one left
        using (var last = ProgramProcess.Start("up", "--upstream", standIn.Address, "--data", _data, "--port", "0", "--console-port", "0"))
        {
            await ProgramProcess.AddressAsync(last, "console");
            await ProgramProcess.StopAsync(last);
        }

        var record = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        using (var stream = new DeploymentLog(_data))
        using (var reader = new StreamReader(stream))
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                var exchange = JsonNode.Parse(line)!;
                Assert.True(record.TryAdd((string)exchange["id"]!, exchange), $"{exchange["id"]} is on record twice");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills, {sent} sent, {acknowledged.Count} acknowledged, {record.Count} on record, slowest start "
                + $"{restart.TotalSeconds:F2} s"
        );
        Assert.True(acknowledged.Count > kills * 20, $"too little load: {acknowledged.Count}");
        foreach (var (id, body) in acknowledged)
        {
            Assert.True(record.TryGetValue(id, out var exchange), $"{id} was acknowledged and is not on record");
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), exchange!["request"]), id);
            Assert.Null((string?)exchange["outcome"] is { } outcome && outcome != "complete" ? outcome : null);
            Assert.NotNull(exchange["response"]);
        }
    }
}
