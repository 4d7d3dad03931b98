using System.Net;
using System.Text.Json.Nodes;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Console;

/// <summary>What happened is told to whoever follows, over restarts; an id of then leads to what it is today.</summary>
public sealed class SignalsEndpointTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Signals_WhenFollowedOverARestart_ThenEachComesOnceAndTheLastIdGoesOnFromThere()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, _, _) = world.WriteTo(_folder.Path);
        var data = Path.Combine(_folder.Path, "data");
        List<JsonNode> before;
        string flagged;
        await using (var live = await LiveDeployment.StartAsync(path: data))
        {
            using var console = live.Console();
            using (var lines = new ByteArrayContent(await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken)))
            {
                using var answer = await console.PostAsync("/api/exchanges", lines, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }

            var events = await Follow(console, "/api/signals?kind=account_flagged", null, count: 10); // and hangs up: nothing comes of that
            Assert.All(events, signal => Assert.Equal("account_flagged", (string?)signal["kind"]));
            await LiveDeployment.Until(() =>
                live.Running.Watch.State.Exchanges == world.Lines.Count && live.Running.Watch.State.LagSeconds == 0
            );
            // what it is taken for is worked out beside the traffic
            await LiveDeployment.Until(() => Text(console, "/api/signals?kind=verdict_changed").Length > 0);
            before = Lines(await console.GetStringAsync("/api/signals", TestContext.Current.CancellationToken));
            Assert.Equal("watch_began", (string?)before[0]["kind"]);
            Assert.Equal(before.Count, before.Select(signal => (string?)signal["id"]).Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(live.Running.Watch.State.Flagged, before.Count(signal => (string?)signal["kind"] == "account_flagged"));
            flagged = (string)before.First(signal => (string?)signal["kind"] == "campaign_flagged")["campaign"]!;

            var of = Lines(await console.GetStringAsync($"/api/signals?subject={flagged}", TestContext.Current.CancellationToken));
            Assert.All(of, signal => Assert.Contains(flagged, signal.ToJsonString(), StringComparison.Ordinal));
            var later = Lines(
                await console.GetStringAsync("/api/signals?since=2026-03-04T12:00:00Z", TestContext.Current.CancellationToken)
            );
            Assert.InRange(later.Count, 1, before.Count - 1);
        }

        File.Delete(Path.Combine(data, "watch.snapshot")); // the watch reads everything again, and says it again
        await using (var live = await LiveDeployment.StartAsync(path: data))
        {
            using var console = live.Console();
            await LiveDeployment.Until(() =>
                live.Running.Watch.State.Exchanges == world.Lines.Count && live.Running.Watch.State.LagSeconds == 0
            );
            var again = Lines(await console.GetStringAsync("/api/signals", TestContext.Current.CancellationToken));
            Assert.Equal(before.Select(signal => (string?)signal["id"]), again.Take(before.Count).Select(signal => (string?)signal["id"]));
            Assert.DoesNotContain(again.Skip(before.Count), signal => (string?)signal["kind"] is not "verdict_changed");
            var rest = await Follow(console, "/api/signals", (string)before[4]["id"]!, count: 3);
            Assert.Equal(before.Skip(5).Take(3).Select(signal => (string?)signal["id"]), rest.Select(signal => (string?)signal["id"]));

            var subject = JsonNode.Parse(await console.GetStringAsync($"/api/subjects/{flagged}", TestContext.Current.CancellationToken))!;
            Assert.Equal((flagged, flagged), ((string?)subject["id"], (string?)subject["now"]));
            Assert.NotEmpty(subject["signals"]!.AsArray());
            foreach (var merged in before.Where(signal => (string?)signal["kind"] == "campaign_merged"))
            {
                var old = JsonNode.Parse(
                    await console.GetStringAsync($"/api/subjects/{merged["absorbed"]}", TestContext.Current.CancellationToken)
                )!;
                Assert.NotEqual((string?)old["id"], (string?)old["now"]);
            }
        }
    }

    [Theory]
    [InlineData("/api/signals?kind=moon_rose", HttpStatusCode.BadRequest, "campaign_flagged")]
    [InlineData("/api/signals?since=yesterday", HttpStatusCode.BadRequest, "2026-11-29T05:00:00Z")]
    [InlineData("/api/signals?after=0123456789abcdef", HttpStatusCode.Gone, "./stillwatch query")]
    [InlineData("/api/subjects/c1", HttpStatusCode.NotFound, "c-7k2m9qt")]
    [InlineData("/api/subjects/c-0000000", HttpStatusCode.NotFound, "c-7k2m9qt")]
    public async Task Signals_WhenAskedForWhatIsNot_ThenTheErrorSaysWhatThereIs(string path, HttpStatusCode status, string says)
    {
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        using var answer = await console.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static string Text(HttpClient console, string path) => console.GetStringAsync(path).GetAwaiter().GetResult();

    private static List<JsonNode> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static async Task<List<JsonNode>> Follow(HttpClient console, string path, string? after, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (after != null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        using var answer = await console.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        List<JsonNode> signals = [];
        string? id = null;
        while (signals.Count < count && await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                signals.Add(JsonNode.Parse(line[6..])!);
                Assert.Equal(id, (string?)signals[^1]["id"]);
            }
        }

        return signals;
    }
}
