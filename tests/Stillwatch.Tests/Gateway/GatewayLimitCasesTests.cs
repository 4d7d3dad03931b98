using System.Net;
using System.Text;
using Xunit;
using static Stillwatch.Tests.Gateway.ByteUpstream;
using static Stillwatch.Tests.Gateway.GatewayCases;

namespace Stillwatch.Tests.Gateway;

/// <summary>Ways in which limits and spend were got round (<c>shared/cases/gateway</c>), each on the real gateway.</summary>
public sealed class GatewayLimitCasesTests
{
    /// <summary>Case 02: a product that overflowed was a negative reservation, and turned the limit off.</summary>
    [Theory]
    [InlineData("\"max_tokens\":6148581357903183872,\"n\":3")]
    [InlineData("\"max_tokens\":9223372036854775807,\"n\":1024")]
    [InlineData("\"max_tokens\":1e30,\"n\":2")]
    [InlineData("\"max_tokens\":-1")]
    [InlineData("\"n_predict\":-1")]
    [InlineData("\"max_tokens\":900,\"n\":9223372036854775807")]
    public async Task Admit_WhenARequestMayComeToMoreThanAllNumbers_ThenTheLimitHolds(string fields)
    {
        await using var upstream = new ByteUpstream(
            Stream("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n"),
            Part.Pause(20),
            Part.End
        );
        await using var live = await Start(
            upstream,
            "prices: [{ model: '*', input: 10, output: 1000 }]\ntiers: { s: { account: { spend_per_day: 1 } } }\n"
        );
        var key = Key(live, "s");
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await live.Send("/v1/chat/completions", $$"""{"model":"m1","stream":true,"messages":[],{{fields}}}""", key)).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await live.Send(
                    "/v1/chat/completions",
                    """{"model":"m1","stream":true,"messages":[],"max_tokens":900}""",
                    key,
                    when: HttpCompletionOption.ResponseHeadersRead
                )
            ).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await live.Send("/v1/chat/completions", """{"model":"m1","stream":true,"messages":[],"max_tokens":900}""", key)).StatusCode
        );
    }

    /// <summary>Case 03: what the gateway cannot read, and a model server in Python can, cost nothing.</summary>
    [Fact]
    public async Task Admit_WhenABodyCannotBeReadAndMoneyHangsOnIt_ThenItIsRefused()
    {
        await using var upstream = new ByteUpstream(Answered(900));
        await using var live = await Start(
            upstream,
            "prices: [{ model: '*', input: 10, output: 1000 }]\ntiers: { s: { account: { spend_per_day: 1 } } }\n"
        );
        var key = Key(live, "s");
        var plain = """{"model":"m1","messages":[],"max_tokens":900}""";
        foreach (
            var body in (byte[][])
                [
                    Encoding.UTF8.GetBytes(plain.Replace("}", ",\"temperature\":NaN}", StringComparison.Ordinal)),
                    Encoding.Unicode.GetBytes(plain),
                    Encoding.UTF32.GetBytes(plain),
                    Encoding.UTF8.GetBytes(
                        plain.Replace("}", $",\"x\":{new string('[', 127)}{new string(']', 127)}}}", StringComparison.Ordinal)
                    ),
                ]
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new ByteArrayContent(body),
                Headers = { { "Authorization", "Bearer " + key } },
            };
            Assert.Equal(HttpStatusCode.BadRequest, (await live.Client.SendAsync(request, Cancel)).StatusCode);
        }

        Assert.Empty(upstream.Posts);
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", plain, key)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await live.Send("/v1/chat/completions", plain, key)).StatusCode);
    }

    /// <summary>Case 04: of several fields the largest counts, however it is written, times the prompts.</summary>
    [Theory]
    [InlineData("chat/completions", "\"messages\":[],\"max_completion_tokens\":8000,\"max_tokens\":1")]
    [InlineData("chat/completions", "\"messages\":[],\"max_tokens\":1,\"max_completion_tokens\":8000")]
    [InlineData("chat/completions", "\"messages\":[],\"max_tokens\":\"8000\"")]
    [InlineData("chat/completions", "\"messages\":[],\"max_tokens\":8000.0")]
    [InlineData("chat/completions", "\"messages\":[],\"max_tokens\":8e3")]
    [InlineData("chat/completions", "\"messages\":[],\"max_tokens\":1,\"n_predict\":8000")]
    [InlineData("chat/completions", "\"messages\":[],\"max_tokens\":1,\"extra_body\":{\"max_tokens\":8000}")]
    [InlineData("completions", "\"prompt\":[\"a\",\"b\",\"c\",\"d\"],\"max_tokens\":2000")]
    [InlineData("completions", "\"prompt\":[[1,2],[3],[4],[5]],\"max_tokens\":2000")]
    [InlineData("completions", "\"prompt\":\"a\",\"best_of\":4,\"max_tokens\":2000")]
    public async Task Admit_WhenManyComeAtOnce_ThenTogetherTheyDoNotPassTheLimit(string path, string fields)
    {
        await using var upstream = new ByteUpstream(Part.Pause(0.3), Answered(8000));
        await using var live = await Start(upstream, "tiers: { o: { account: { output_tokens_per_minute: 10000 } } }\n");
        var key = Key(live, "o");
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => live.Send("/v1/" + path, $$"""{"model":"m1",{{fields}}}""", key)));
        Assert.Single(sent, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(sent, answer =>
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, answer.StatusCode.ToString())
        );
    }

    /// <summary>Case 05: a stream that its client leaves before the last event costs what it handed out.</summary>
    [Fact]
    public async Task Settle_WhenAStreamIsLeftBeforeItsEnd_ThenWhatWasHandedOutCounts()
    {
        var events = """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"WORDS"}}


            """.Replace("WORDS", string.Concat(Enumerable.Repeat("word ", 4000)), StringComparison.Ordinal).ReplaceLineEndings("\n");
        await using var upstream = new ByteUpstream(Stream(events), Part.Pause(20), Part.End);
        await using var live = await Start(upstream, "tiers: { o: { account: { output_tokens_per_minute: 10000 } } }\n");
        var key = Key(live, "o");
        const string Body = """{"model":"m1","max_tokens":5000,"stream":true,"messages":[]}""";
        using (var answer = await live.Send("/v1/messages", Body, key, anthropic: true, when: HttpCompletionOption.ResponseHeadersRead))
        await using (var stream = await answer.Content.ReadAsStreamAsync(Cancel))
        {
            var room = new byte[64 * 1024];
            for (var have = 0; have < 20_000; )
            {
                have += await stream.ReadAsync(room, Cancel);
            }
        }

        await LiveDeployment.Until(() => live.Record().Count == 1);
        using var second = await live.Send("/v1/messages", Body, key, anthropic: true, when: HttpCompletionOption.ResponseHeadersRead);
        // of 10,000 less 5,000: at least 2,500 were handed out
        Assert.InRange(int.Parse(second.Headers.GetValues("anthropic-ratelimit-output-tokens-remaining").Single()), 0, 3_000);
    }

    /// <summary>Case 09: a tool's schema is no bill, and whatever happens at the end a slot is given back.</summary>
    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("0")]
    public async Task Settle_WhenAToolsSchemaLooksLikeUsage_ThenItIsNone(string tokens)
    {
        var events = """
            event: response.created
            data: {"type":"response.created","response":{"id":"r","status":"in_progress","output":[],"tools":[{"type":"function","name":"x","parameters":{"type":"object","properties":{"usage":{"input_tokens":1,"output_tokens":TOKENS}}}}],"usage":null}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"WORDS"}


            """.ReplaceLineEndings("\n").Replace("TOKENS", tokens, StringComparison.Ordinal).Replace(
            "WORDS",
            new string('t', 16_000),
            StringComparison.Ordinal
        );
        await using var upstream = new ByteUpstream(Stream(events), Part.End);
        await using var live = await Start(
            upstream,
            "prices: [{ model: '*', input: 1, output: 1000 }]\ntiers: { l: { account: { concurrent: 3, output_tokens_per_minute: "
                + "100000 } } }\n"
        );
        var key = Key(live, "l");
        for (var i = 0; i < 4; i++)
        {
            using var answer = await live.Send(
                "/v1/responses",
                """{"model":"m1","input":"x","stream":true}""",
                key,
                when: HttpCompletionOption.ResponseHeadersRead
            );
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancel));
            await LiveDeployment.Until(() => live.Running.Gateway.InFlight == 0);
        }

        using var last = await live.Send(
            "/v1/responses",
            """{"model":"m1","input":"x","max_output_tokens":1,"stream":true}""",
            key,
            when: HttpCompletionOption.ResponseHeadersRead
        );
        // four times 16 KB, at 8 bytes a token at least
        Assert.InRange(int.Parse(last.Headers.GetValues("x-ratelimit-remaining-tokens").Single()), 80_000, 93_500);
    }

    [Fact]
    public async Task Settle_WhenAWholeBodyRepeatsASchema_ThenItsOwnUsageCounts()
    {
        await using var upstream = new ByteUpstream(
            Json(
                """{"id":"r","usage":{"input_tokens":5,"output_tokens":700},"tools":[{"parameters":{"properties":{"usage":{"input_tokens":1,"output_tokens":2}}}}]}"""
            )
        );
        await using var live = await Start(upstream, "tiers: { l: { account: { output_tokens_per_minute: 10000 } } }\n");
        var key = Key(live, "l");
        await live.Send("/v1/responses", """{"model":"m1","input":"x","max_output_tokens":1000}""", key);
        using var last = await live.Send("/v1/responses", """{"model":"m1","input":"x","max_output_tokens":1}""", key);
        Assert.InRange(int.Parse(last.Headers.GetValues("x-ratelimit-remaining-tokens").Single()), 9_298, 9_330);
    }

    /// <summary>Case 22: what waiting cures is a 429 and says so; what alone is too much says that.</summary>
    [Fact]
    public async Task Admit_WhenOpenRequestsHoldTheRest_ThenItIsA429()
    {
        await using var upstream = new ByteUpstream(Part.Pause(0.5), Answered(30));
        await using var live = await Start(
            upstream,
            "prices: [{ model: '*', input: 10, output: 30 }]\ntiers: { b: { account: { spend_per_day: 0.30 } } }\n"
        );
        var key = Key(live, "b");
        const string Body = """{"model":"m1","messages":[],"max_completion_tokens":8000}""";
        var sent = await Task.WhenAll(live.Send("/v1/chat/completions", Body, key), live.Send("/v1/chat/completions", Body, key));
        var held = Assert.Single(sent, answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.NotNull(held.Headers.RetryAfter);
        Assert.Contains("open requests", await held.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Body, key)).StatusCode);
        var alone = await live.Send("/v1/chat/completions", """{"model":"m1","messages":[],"max_completion_tokens":12000}""", key);
        Assert.Equal(HttpStatusCode.Forbidden, alone.StatusCode);
        Assert.Contains("This request alone", await alone.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
