using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stillwatch.App.Operation;
using Stillwatch.Hosting;
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
        var said = await Said(async heard =>
        {
            await using var live = await LiveDeployment.StartAsync([("logs.format", "json"), ("logs.exchanges", "yes")]);
            using var good = await live.Send(
                "/v1/chat/completions",
                $$"""{"model":"m","messages":[{"role":"user","content":"{{Secret}}"}]}"""
            );
            using var bad = await live.Send("/v1/chat/completions", $$"""{"messages":[{"role":"user","content":"{{Secret}}"}]}""");
            live.Running.Faults.Set(Fault.WatchDead, on: true);
            await LiveDeployment.Until(() => heard().Contains("\"EventId\":9,", StringComparison.Ordinal));
            using var during = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
            live.Running.Faults.Set(Fault.WatchDead, on: false);
            await LiveDeployment.Until(() => heard().Contains("\"EventId\":10,", StringComparison.Ordinal));
        });
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain("swk_", said, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream-secret-key", said, StringComparison.Ordinal);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var exchanges = lines.Where(line => (int)line["EventId"]! == 100).Select(line => line["State"]!).ToList();
        Assert.Equal(
            [(200, "complete"), (400, "refused"), (200, "complete")],
            exchanges.Select(one => ((int)one["Status"]!, (string)one["Outcome"]!))
        );
        Assert.All(exchanges, one => Assert.DoesNotContain(one.AsObject(), field => field.Value is null));
        Assert.DoesNotContain(
            "first byte",
            (string)lines.Where(line => (int)line["EventId"]! == 100).ElementAt(1)["Message"]!,
            StringComparison.Ordinal
        ); // a refusal has none
        Assert.All(exchanges, one => Assert.Equal("alice", (string?)one["Account"]));
        Assert.Contains(lines, line => (int)line["EventId"]! == 9 && (string?)line["State"]!["Part"] == "the watch");
        Assert.Contains(lines, line => (int)line["EventId"]! == 10 && (string?)line["State"]!["Part"] == "the watch");
        Assert.All(lines, line => Assert.EndsWith("Z", (string?)line["Timestamp"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_WhenText_ThenALineIsForAPersonAndNamesCannotSteerTheTerminal()
    {
        var said = await Said(_ =>
        {
            using var logs = ProgramLog.Create(ProgramLogFormat.Text, exchanges: false);
            logs.CreateLogger(ProgramLog.Category).StepFails("follow", "\u001b[2Jbad\nname");
            logs.CreateLogger("Some.Library").LogInformation("chatter");
            return Task.CompletedTask;
        });
        var line = Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z stillwatch: error: follow: ", line);
        Assert.DoesNotContain('\u001b', line);
    }

    [Fact]
    public async Task Parts_WhenOneFailsAndRecovers_ThenEachIsToldOnce()
    {
        var said = await Said(_ =>
        {
            using var logs = ProgramLog.Create(ProgramLogFormat.Text, exchanges: false);
            var parts = new PartsSeen(logs.CreateLogger(ProgramLog.Category));
            foreach (var fault in new[] { null, "gone", "gone", null, null, "gone" })
            {
                parts.See([("model server a", fault), ("the watch", null)]);
            }

            return Task.CompletedTask;
        });
        Assert.Equal(
            ["error: model server a fails: gone", "model server a is well again", "error: model server a fails: gone"],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line[(line.IndexOf("stillwatch: ", StringComparison.Ordinal) + 12)..])
        );
    }

    [Fact]
    public async Task Export_WhenTheCollectorDoesNotTakeIt_ThenItIsSaid()
    {
        await using var collector = await ScriptedUpstream.StartAsync(answer: http => ScriptedUpstream.Json(http, "{}", 404));
        var said = await Said(async _ =>
        {
            await using var live = await LiveDeployment.StartAsync([("telemetry.otlp_endpoint", collector.Address)]);
            using var response = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
        });
        Assert.Contains("telemetry cannot be handed on: ", said, StringComparison.Ordinal);
    }

    private static async Task<string> Said(Func<Func<string>, Task> action)
    {
        var before = System.Console.Error;
        using var heard = new StringWriter();
        var writer = TextWriter.Synchronized(heard);
        System.Console.SetError(writer);
        try
        {
            await action(() =>
            {
                lock (writer) // as a synchronized writer does
                {
                    return heard.ToString();
                }
            });
        }
        finally
        {
            System.Console.SetError(before);
        }

        return heard.ToString();
    }
}
