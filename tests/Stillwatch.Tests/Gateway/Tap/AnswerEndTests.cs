using System.Net;
using Stillwatch.Hosting;
using Xunit;
using static Stillwatch.Tests.Gateway.Tap.AnswerTapTests;

namespace Stillwatch.Tests.Gateway.Tap;

/// <summary>On record first, then the end; and a truncated answer never ends cleanly.</summary>
public sealed class AnswerEndTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Done = "data: [DONE]\n\n",
        Reason = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    public static TheoryData<string, string, string, string> Streams =>
        new()
        {
            { "its mark", "", Delta(1) + Done, "complete" },
            { "no mark, but a reason", "", Delta(1) + Reason, "complete" },
            { "no mark and no reason", "", Delta(1), "upstream_cut" },
            { "a reason of one answer of two", ",\"n\":2", Delta(1) + Reason, "upstream_cut" },
            { "an error before its mark", "", Delta(1) + "data: {\"error\":{\"message\":\"overloaded\"}}\n\n" + Done, "upstream_cut" },
            { "nothing at all", "", "", "upstream_cut" },
        };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task End_WhenAStreamEndsInAnyWay_ThenItEndsCleanlyOnlyWhereItIsWhole(
        string what,
        string asked,
        string events,
        string outcome
    )
    {
        await using var upstream = new RawUpstream(
            async (stream, _) => await RawUpstream.Write(stream, Head + (events.Length == 0 ? "" : Chunk(events)) + "0\r\n\r\n")
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        var (text, broke) = await Ask(live, asked);
        Assert.Equal(outcome != "complete", broke);
        Assert.StartsWith(outcome == "complete" ? events : events.Split("data: {\"error\"")[0], text, StringComparison.Ordinal);
        Assert.Equal(outcome == "complete", text == events);
        Assert.Equal(what == "its mark", text.Contains("[DONE]", StringComparison.Ordinal));
        await LiveDeployment.Until(() => live.Record() is [var one] && (string?)one["outcome"] == outcome);
    }

    /// <summary>
    /// Whoever has the end of an answer can rely on the record: where that fails in the middle, and the settings want it, there is no end.
    /// </summary>
    [Theory]
    [InlineData("closed", true)]
    [InlineData("open", false)]
    public async Task End_WhenTheRecordFailsInTheMiddle_ThenTheEndIsNotReleasedWhereTheSettingsWantThat(string setting, bool broken)
    {
        var release = new TaskCompletionSource();
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, Head + Chunk(Delta(1)));
                await release.Task;
                await RawUpstream.Write(stream, Chunk(Delta(2) + Done) + "0\r\n\r\n");
            }
        );
        (string, string)[] flags = [("on_failure.journal", setting), ("journal.spill_bytes", "0"), ("journal.segment_bytes", "1048576")];
        await using var live = await LiveDeployment.StartAsync(flags, upstreams: [upstream.Address]);
        var asking = Ask(live, "");
        await LiveDeployment.Until(() => live.Running.Gateway.Services.InFlight.All() is [{ Sent: > 0 }]);
        live.Running.Faults.Set(Fault.DiskFull, on: true);
        while (live.Running.Journal.Signal(new byte[10_000]) || live.Running.Journal.Signal([]))
        {
            // until not a frame has room
        }

        release.SetResult();
        var (text, broke) = await asking;
        Assert.Equal((broken, !broken), (broke, text.EndsWith(Done, StringComparison.Ordinal)));
        Assert.StartsWith(Delta(1), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200_000)]
    public async Task End_WhenABodyHasALength_ThenItsLastBytesReachTheClientOnceItIsOnRecord(int length)
    {
        var body = $"{{\"a\":\"{new string('x', length)}\"}}";
        await using var upstream = new ByteUpstream(ByteUpstream.Json(body));
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", """{"model":"m1","messages":[]}""");
        Assert.Equal(
            (HttpStatusCode.OK, body),
            (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
        );
        // the client has it: so it is there, without waiting
        Assert.Equal(body, Assert.Single(live.Record())["response"]!.ToJsonString());
    }

    private static async Task<(string Text, bool Broke)> Ask(LiveDeployment live, string asked)
    {
        using var response = await live.Send(
            "/v1/chat/completions",
            $$"""{"model":"m","stream":true{{asked}},"messages":[{"role":"user","content":"hi"}]}""",
            when: HttpCompletionOption.ResponseHeadersRead
        );
        using var text = new MemoryStream();
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await body.CopyToAsync(text, TestContext.Current.CancellationToken);
            return (System.Text.Encoding.UTF8.GetString(text.ToArray()), false);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            return (System.Text.Encoding.UTF8.GetString(text.ToArray()), true);
        }
    }
}
