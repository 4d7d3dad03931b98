using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Arrive;
using Stillwatch.Gateway.Change;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Tests.Exchanges.Answers;
using Xunit;

namespace Stillwatch.Tests.Gateway.Enforce;

/// <summary>Through the gateway: on every path of every dialect nothing that is stripped comes out, in whatever form it comes in.</summary>
public sealed class StripChangeTests
{
    private const Capability All =
        Capability.Reasoning
        | Capability.ReasoningSummary
        | Capability.LogProbabilities
        | Capability.PromptLogProbabilities
        | Capability.Seed
        | Capability.LogitBias;

    private static readonly string[] OfGemini =
    [
        "/v1beta/models/m:generateContent",
        "/v1beta/models/m:streamGenerateContent?alt=sse",
        "/v1/models/m:generateContent",
        "/v1/models/m:streamGenerateContent?alt=sse",
    ];

    public static TheoryData<string> Paths => [.. WireFormat.Formats.SelectMany(format => format.Paths), .. OfGemini];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Answer_WhenItHandsOutWhatIsStripped_ThenThatNeverReachesTheClient(string path)
    {
        var format = Route.Of("POST", path.Split('?')[0]).Format;
        await using var live = await LiveDeployment.StartAsync();
        foreach (var stream in new[] { false, true }.Where(stream => Streams(path, format, stream)))
        {
            var shape = stream ? format.StreamEvent! : format.Answer!;
            foreach (var sample in AnswerSamples.Carrying(shape).Concat(AnswerSamples.WithUnknown(shape)))
            {
                var sent = stream ? $"data: {sample.Json}\n\n{End(format.Dialect)}" : sample.Json;
                live.Upstream.Answer = http =>
                    stream ? ScriptedUpstream.Events(http, sent[..30], sent[30..]) : ScriptedUpstream.Json(http, sent);
                var changes = Strip(live, All);
                Assert.DoesNotContain(AnswerSamples.Canary, await Ask(live, path, stream), StringComparison.Ordinal);
                Assert.True((sample.Carries & All) == 0 || changes.Stripped != 0, sample.Path);
                if (sample.Carries != 0)
                {
                    Strip(live, Capability.Tools);
                    Assert.Contains(AnswerSamples.Canary, await Ask(live, path, stream), StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData(
        400,
        "{\"error\":{\"message\":\"bad\",\"type\":\"t\",\"param\":null,\"code\":null},\"debug\":\"secret\"}",
        "{\"error\":{\"message\":\"bad\",\"type\":\"t\",\"param\":null,\"code\":null}}"
    )]
    [InlineData(429, "<html>secret</html>", "answer_withheld")]
    [InlineData(200, "{\"message\":{\"content\":\"secret\"}}\n{\"done\":true}\n", "answer_withheld")]
    [InlineData(200, "", "")]
    public async Task Body_WhenItIsAnErrorOrCannotBeRead_ThenItsStatusStaysAndNothingElseOfIt(int status, string sent, string want)
    {
        await using var live = await LiveDeployment.StartAsync();
        Strip(live, All);
        live.Upstream.Answer = http =>
        {
            http.Response.Headers.ETag = "\"secret\"";
            http.Response.Headers["content-md5"] = "secret";
            return ScriptedUpstream.Json(http, sent, status);
        };
        using var answer = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
        var got = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(want, got, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", got + answer.Headers + answer.Content.Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_WhenItIsLongAndComesInPieces_ThenItIsStrippedWhole()
    {
        await using var live = await LiveDeployment.StartAsync();
        Strip(live, All);
        var filling = new string('x', 3 << 20);
        live.Upstream.Answer = async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"");
            await http.Response.WriteAsync(filling);
            await http.Response.Body.FlushAsync();
            await http.Response.WriteAsync("\",\"reasoning_content\":\"secret");
            await http.Response.Body.FlushAsync();
            await http.Response.WriteAsync("\"},\"finish_reason\":\"stop\"}]}");
        };
        Assert.Equal(
            $"{{\"choices\":[{{\"index\":0,\"message\":{{\"content\":\"{filling}\"}},\"finish_reason\":\"stop\"}}]}}",
            await Ask(live, "/v1/chat/completions", stream: false)
        );
    }

    [Fact]
    public async Task Stream_WhenATextStillWaitsAsItEnds_ThenItComesWithTheEnd()
    {
        await using var live = await LiveDeployment.StartAsync();
        Strip(live, All);
        var sent = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Four.\"}}]}\n\n";
        live.Upstream.Answer = http => ScriptedUpstream.Events(http, sent, "data: [DONE]\n\n");
        Assert.Equal(sent + "data: [DONE]\n\n", await Ask(live, "/v1/chat/completions", stream: true));
        var part = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Four.\"}]}}]}\n\n";
        var last = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n";
        live.Upstream.Answer = http => ScriptedUpstream.Events(http, part, last);
        Assert.Equal(part + last, await Ask(live, OfGemini[1], stream: true));
    }

    [Fact]
    public async Task Request_WhenItAsksForWhatIsStripped_ThenTheServerIsNotAskedForIt()
    {
        await using var live = await LiveDeployment.StartAsync([("gateway.logit_lockdown", "false")]);
        var changes = Strip(live, All);
        using var answer = await live.Send(
            "/v1/chat/completions",
            """{"model":"m","messages":[],"logprobs":true,"top_logprobs":5,"logit_bias":{"5":1},"seed":7,"reasoning_effort":"high"}"""
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            """{"model":"m","messages":[],"reasoning_effort":"high"}""",
            Encoding.UTF8.GetString(Assert.Single(live.Upstream.Asked).Body)
        );
        Assert.Equal(Capability.LogProbabilities | Capability.LogitBias | Capability.Seed, changes.Stripped);
    }

    [Fact]
    public async Task Answer_WhenItIsInNoKnownDialectOrCompressed_ThenNothingOfItPasses()
    {
        await using var live = await LiveDeployment.StartAsync();
        Strip(live, All);
        live.Upstream.Answer = http =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            return ScriptedUpstream.Json(http, """{"secret":1}""");
        };
        using var answer = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, """{"secret":1}""");
        using var other = await live.Send("/v1/rerank", """{"model":"m","query":"q","documents":[]}""");
        Assert.DoesNotContain(
            "secret",
            await other.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    private static bool Streams(string path, WireFormat format, bool stream) =>
        format.Dialect == Dialect.Gemini ? format.StreamsAt(path.Split('?')[0]) == stream : format.Writes || !stream;

    private static string End(Dialect dialect) =>
        dialect switch
        {
            Dialect.Messages => "data: {\"type\":\"message_stop\"}\n\n",
            Dialect.Responses => "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n",
            Dialect.Gemini => "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n",
            _ => "data: [DONE]\n\n",
        };

    private static Strips Strip(LiveDeployment live, Capability strip)
    {
        var changes = new Strips(strip);
        live.Running.Gateway.Services.Changes = changes;
        return changes;
    }

    private static async Task<string> Ask(LiveDeployment live, string path, bool stream)
    {
        var body = path.Contains("models/", StringComparison.Ordinal)
            ? "{\"contents\":[]}"
            : $$"""{"model":"m","messages":[],"input":"a","prompt":"a","stream":{{(stream ? "true" : "false")}}}""";
        using var answer = await live.Send(path, body);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Strips the same of every exchange.</summary>
    private sealed class Strips(Capability strip) : IExchangeChanges
    {
        private readonly ConcurrentBag<StripChange> _made = [];

        public Capability Stripped => _made.Aggregate(Capability.None, (all, one) => all | one.Stripped);

        public IExchangeChange Of(Exchange exchange)
        {
            var change = new StripChange(exchange.Format, strip);
            _made.Add(change);
            return change;
        }
    }
}
