using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.App.Configuration;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Change;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>
/// What is changed on its way is sent changed, in whatever pieces it comes, and both are on record; what is not goes as if nobody could
/// change it.
/// </summary>
public sealed class ChangedCallTests
{
    private static readonly string[] Events =
    [
        .. Enumerable
            .Range(0, 40)
            .Select(i =>
                $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{(i % 3 == 0 ? "secret" : "word")} {i}\"}}}}]}}\n\n"
            ),
        "data: [DONE]\n\n",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Stream_WhenEventsAreChanged_ThenTheClientGetsThemChangedAndBothAreOnRecord(int piece)
    {
        await using var live = await LiveDeployment.StartAsync([("journal.seal.after_seconds", "3600")]);
        live.Running.Gateway.Services.Changes = new Secrets();
        var sent = string.Concat(Events);
        live.Upstream.Answer = http =>
            ScriptedUpstream.Events(http, [.. Encoding.UTF8.GetBytes(sent).Chunk(piece).Select(Encoding.UTF8.GetString)]);
        var got = await Ask(live, "changed", stream: true);
        Assert.Equal(sent.Replace("secret", "public", StringComparison.Ordinal), got);
        Assert.Contains("\"seen\":1", Encoding.UTF8.GetString(Assert.Single(live.Upstream.Asked).Body), StringComparison.Ordinal);
        var record = Assert.Single(await Records(live));
        Assert.Equal((got, sent), (Encoding.UTF8.GetString(record.Response.Span), Encoding.UTF8.GetString(record.Received.Span)));
        Assert.Contains("\"seen\":1", Encoding.UTF8.GetString(record.Forwarded.Span), StringComparison.Ordinal);
        Assert.DoesNotContain("\"seen\":1", Encoding.UTF8.GetString(record.Request.Span), StringComparison.Ordinal);
        var line = Assert.Single(live.Record());
        Assert.Contains("public 0", line["response"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("secret 0", line["response_received"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1, (int)line["request_forwarded"]!["seen"]!);
    }

    [Fact]
    public async Task Stream_WhenItIsLong_ThenPartsOfBothGoOnRecordAsItPasses()
    {
        await using var live = await LiveDeployment.StartAsync([("journal.seal.after_seconds", "3600")]);
        live.Running.Gateway.Services.Changes = new Secrets();
        var sent = string.Concat(Enumerable.Repeat(string.Concat(Events[..^1]), 200)) + Events[^1];
        live.Upstream.Answer = http =>
            ScriptedUpstream.Events(http, [.. Encoding.UTF8.GetBytes(sent).Chunk(30_001).Select(Encoding.UTF8.GetString)]);
        var got = await Ask(live, "changed", stream: true);
        Assert.Equal(sent.Replace("secret", "public", StringComparison.Ordinal), got);
        var record = Assert.Single(await Records(live));
        Assert.Equal((got, sent), (Encoding.UTF8.GetString(record.Response.Span), Encoding.UTF8.GetString(record.Received.Span)));
    }

    [Fact]
    public async Task Body_WhenItIsChanged_ThenItIsSentWholeWithAnotherLength_AndWhatIsNotChangedIsOnRecordOnce()
    {
        await using var live = await LiveDeployment.StartAsync([("journal.seal.after_seconds", "3600")]);
        live.Running.Gateway.Services.Changes = new Secrets();
        live.Upstream.Answer = http =>
            ScriptedUpstream.Json(
                http,
                """{"choices":[{"message":{"content":"a secret"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"""
            );
        Assert.Contains("a public", await Ask(live, "changed", stream: false), StringComparison.Ordinal);
        Assert.Contains("a secret", await Ask(live, "other", stream: false), StringComparison.Ordinal);
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, """{"choices":[{"message":{"content":"plain"}}]}""");
        Assert.Contains("plain", await Ask(live, "changed", stream: false), StringComparison.Ordinal);
        var records = await Records(live);
        Assert.Equal([true, false, false], records.Select(record => !record.Received.IsEmpty));
        Assert.Equal([true, false, true], records.Select(record => !record.Forwarded.IsEmpty));
    }

    [Fact]
    public async Task Event_WhenItIsLongerThanIsHeld_ThenTheAnswerIsCutOffAndNothingOfItPasses()
    {
        await using var live = await LiveDeployment.StartAsync();
        live.Running.Gateway.Services.Changes = new Secrets();
        live.Upstream.Answer = async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync(Events[0]);
            var piece = new string('x', 1 << 20);
            await http.Response.WriteAsync("data: {\"secret\":\"");
            for (var i = 0; i < 20; i++)
            {
                await http.Response.WriteAsync(piece);
            }

            await http.Response.WriteAsync("\"}\n\ndata: [DONE]\n\n");
        };
        var got = "";
        await Assert.ThrowsAnyAsync<Exception>(async () => got = await Ask(live, "changed", stream: true));
        Assert.DoesNotContain("xxx", got, StringComparison.Ordinal);
        await LiveDeployment.Until(() => live.Record().Count == 1);
        Assert.Equal("upstream_cut", (string?)live.Record()[0]["outcome"]);
    }

    private static async Task<string> Ask(LiveDeployment live, string user, bool stream)
    {
        using var answer = await live.Send(
            "/v1/chat/completions",
            $$"""{"model":"m","user":"{{user}}","stream":{{(stream ? "true" : "false")}},"""
                + "\"messages\":[{\"role\":\"user\",\"content\":\"Tell me.\"}]}"
        );
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<List<ExchangeRecord>> Records(LiveDeployment live)
    {
        var folder = DataFolder.Make(live.Path);
        using var vault = new KeyVault(folder.Vault, folder.Master, durable: false, Stillwatch.Reports.SystemClock.Instance);
        using var reader = new JournalReader(live.Running.Settings.Journal, vault)
        {
            WrittenTo = () => live.Running.Journal.Frames.Readable,
        };
        List<ExchangeRecord> records = [];
        await LiveDeployment.Until(() =>
        {
            while (reader.Read(out var entry))
            {
                if (entry.Record != null)
                {
                    records.Add(entry.Record);
                }
            }

            return records.Count >= live.Running.Journal.Written;
        });
        return records;
    }

    /// <summary>Makes what is secret public, for one end user.</summary>
    private sealed class Secrets : IExchangeChanges, IExchangeChange
    {
        public IExchangeChange? Of(Exchange exchange) => exchange.Facts.EndUser == "changed" ? this : null;

        public void Request(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
        {
            output.Write(body[..^1]);
            output.Write(",\"seen\":1}"u8);
        }

        public void Event(ReadOnlySpan<byte> lines, IBufferWriter<byte> output) => Body(lines, output);

        public void Body(ReadOnlySpan<byte> body, IBufferWriter<byte> output) =>
            output.Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("secret", "public", StringComparison.Ordinal)));
    }
}
