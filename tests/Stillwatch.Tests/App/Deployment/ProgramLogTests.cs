using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stillwatch.App.Operation;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>Standard error is taken for the whole process.</summary>
[Collection(Alone.Name)]
public sealed class ProgramLogTests
{
    private const string Secret = "wisteria-by-the-gate";

    [Fact]
    public async Task Log_WhenJson_ThenExchangesAndFaultsAreObjectsAndNoTextOfAnExchangeIsInThem()
    {
        var said = await Said(async () =>
        {
            await using var live = await LiveDeployment.StartAsync([("logs.format", "json"), ("logs.exchanges", "yes")]);
            using var good = await live.Send("/v1/chat/completions", $$"""{"model":"m","messages":[{"role":"user","content":"{{Secret}}"}]}""");
            using var bad = await live.Send("/v1/chat/completions", $$"""{"messages":[{"role":"user","content":"{{Secret}}"}]}""");
            live.Running.Watch.Simulate = true;
            await Task.Delay(1_500, TestContext.Current.CancellationToken);
            using var during = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
            live.Running.Watch.Simulate = false;
            await Task.Delay(1_500, TestContext.Current.CancellationToken);
        });
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain("swk_", said, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream-secret-key", said, StringComparison.Ordinal);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var exchanges = lines.Where(line => (int)line["EventId"]! == 100).Select(line => line["State"]!).ToList();
        Assert.Equal([(200, "complete"), (400, "refused"), (200, "complete")], exchanges.Select(one => ((int)one["Status"]!, (string)one["Outcome"]!)));
        Assert.All(exchanges, one => Assert.Equal("alice", (string?)one["Account"]));
        Assert.Contains(lines, line => (int)line["EventId"]! == 9 && (string?)line["State"]!["Part"] == "the watch");
        Assert.Contains(lines, line => (int)line["EventId"]! == 10 && (string?)line["State"]!["Part"] == "the watch");
        Assert.All(lines, line => Assert.EndsWith("Z", (string?)line["Timestamp"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_WhenText_ThenALineIsForAPersonAndNamesCannotSteerTheTerminal()
    {
        var said = await Said(() =>
        {
            using var logs = ProgramLog.Create(ProgramLogFormat.Text, exchanges: false);
            logs.CreateLogger(ProgramLog.Category).StepFails("follow", "\u001b[2Jbad\nname");
            logs.CreateLogger("Some.Library").LogInformation("chatter");
            return Task.CompletedTask;
        });
        var line = Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("stillwatch: follow: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', line);
    }

    [Fact]
    public async Task Parts_WhenOneFailsAndRecovers_ThenEachIsToldOnce()
    {
        var said = await Said(() =>
        {
            using var logs = ProgramLog.Create(ProgramLogFormat.Text, exchanges: false);
            var parts = new PartsSeen(logs.CreateLogger(ProgramLog.Category));
            foreach (var fault in new[] { null, "gone", "gone", null, null, "gone" })
            {
                parts.See([("model server a", fault), ("the watch", null)]);
            }

            return Task.CompletedTask;
        });
        Assert.Equal(["stillwatch: model server a fails: gone", "stillwatch: model server a is well again", "stillwatch: model server a fails: gone"], said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Export_WhenTheCollectorDoesNotTakeIt_ThenItIsSaid()
    {
        await using var collector = await ScriptedUpstream.StartAsync(answer: http => ScriptedUpstream.Json(http, "{}", 404));
        var said = await Said(async () =>
        {
            await using var live = await LiveDeployment.StartAsync([("telemetry.otlp_endpoint", collector.Address)]);
            using var response = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
        });
        Assert.Contains("telemetry cannot be handed on: ", said, StringComparison.Ordinal);
    }

    private static async Task<string> Said(Func<Task> action)
    {
        var before = System.Console.Error;
        using var heard = new StringWriter();
        System.Console.SetError(TextWriter.Synchronized(heard));
        try
        {
            await action();
        }
        finally
        {
            System.Console.SetError(before);
        }

        return heard.ToString();
    }
}
