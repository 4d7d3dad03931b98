using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Change;
using Stillwatch.Gateway.Failures;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// Whoever goes at whatever moment, and whatever fails: nothing stays open, nothing stays reserved, and each exchange is on record once.
/// </summary>
public sealed class GatewayPipelineTests
{
    private const string Chat = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Stream = """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    private static readonly (string, string)[] Limited =
    [
        ("tiers.default.account.concurrent", "1000"),
        ("tiers.default.account.spend_per_day", "1000"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("in its head", null)]
    [InlineData("in its body", "refused")]
    [InlineData("before the first byte", "client_gone")]
    [InlineData("in the stream", "client_gone")]
    public async Task Run_WhenTheClientGoes_ThenTheServerIsLetGoNothingStaysReservedAndTheRecordSaysSo(string when, string? outcome)
    {
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                if (when == "in the stream")
                {
                    await RawUpstream.Write(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"choices\":[]}\n\n");
                }

                Assert.Equal(0, await stream.ReadAsync(new byte[1])); // until the gateway hangs up
            }
        );
        await using var live = await LiveDeployment.StartAsync(Limited, upstreams: [upstream.Address]);
        using (var client = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await client.ConnectAsync(IPAddress.Loopback, new Uri(live.Running.GatewayAddress).Port, Cancel);
            var request =
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.Key}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {Stream.Length}\r\n\r\n{Stream}";
            var head = request.Length - Stream.Length;
            await client.SendAsync(
                Encoding.ASCII.GetBytes(
                    when switch
                    {
                        "in its head" => request[..40],
                        "in its body" => request[..(head + 10)],
                        _ => request,
                    }
                ),
                Cancel
            );
            await LiveDeployment.Until(() =>
                when switch
                {
                    "in its head" => true,
                    "in its body" => live.Running.Gateway.InFlight == 1,
                    "before the first byte" => upstream.Open == 1,
                    _ => live.Running.Gateway.Services.InFlight.All() is [{ Sent: > 0 }],
                }
            );
        }

        await LiveDeployment.Until(() => live.Running.Gateway.InFlight == 0 && upstream.Open == 0);
        await LiveDeployment.Until(() => live.Record().Count == (outcome == null ? 0 : 1));
        Assert.Equal(outcome, live.Record().Select(one => (string?)one["outcome"]).SingleOrDefault());
        NothingIsHeld(live);
    }

    [Fact]
    public async Task Run_WhenManyComeAndMostGoAtSomeMoment_ThenAllIsGivenBackAndEachIsOnRecordOnce()
    {
        const int Clients = 120;
        await using var live = await LiveDeployment.StartAsync(Limited);
        live.Upstream.Answer = async http =>
        {
            var number = (int)JsonNode.Parse(http.Request.Body)!["seed"]!;
            if (number % 4 != 0)
            {
                await ScriptedUpstream.Events(http, AnEvent(1));
            }

            if (number % 4 == 1)
            {
                http.Abort(); // the server goes
                return;
            }

            if (number % 4 == 2)
            {
                await Until(http.RequestAborted); // the client goes
                return;
            }

            await ScriptedUpstream.Events(http, AnEvent(2), AnEvent(3), "data: [DONE]\n\n");
        };
        var whole = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async number =>
                {
                    try
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
                        {
                            Content = new StringContent(
                                Stream.Replace("\"model\"", $"\"seed\":{number},\"model\"", StringComparison.Ordinal)
                            ),
                        };
                        request.Headers.Add("Authorization", "Bearer " + live.Key);
                        using var response = await live.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
                        if (number % 4 == 2)
                        {
                            await body.ReadExactlyAsync(new byte[AnEvent(1).Length], Cancel);
                            return; // and away
                        }

                        using var reader = new StreamReader(body);
                        var text = await reader.ReadToEndAsync(Cancel);
                        if (response.StatusCode == HttpStatusCode.BadGateway)
                        {
                            Assert.Equal(1, number % 4); // it went before its first byte was on its way
                            return;
                        }

                        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal); // what ends cleanly is whole
                        Interlocked.Increment(ref whole);
                    }
                    catch (Exception fault) when (fault is IOException or HttpRequestException)
                    {
                        Assert.Equal(1, number % 4);
                    }
                })
        );
        Assert.Equal(Clients / 2, whole);
        await LiveDeployment.Until(() => live.Running.Gateway.InFlight == 0 && live.Record().Count == Clients);
        var record = live.Record();
        Assert.Equal(Clients, record.Select(one => (string)one["id"]!).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((Clients / 2, Clients / 4, Clients / 4), (Of("complete"), Of("upstream_cut"), Of("client_gone")));
        NothingIsHeld(live);

        int Of(string outcome) => record.Count(one => ((string?)one["outcome"] ?? "complete") == outcome);
    }

    [Theory]
    [InlineData(true)] // before anything was sent to the server
    [InlineData(false)] // with its answer
    public async Task Run_WhenAFaultIsOurs_ThenTheClientIsToldItIsOnRecordAndTheNextIsServed(bool early)
    {
        await using var live = await LiveDeployment.StartAsync(Limited);
        live.Running.Gateway.Services.Changes = new Failing(early);
        using (var response = await live.Send("/v1/chat/completions", Chat))
        {
            Assert.Equal(early ? HttpStatusCode.InternalServerError : HttpStatusCode.BadGateway, response.StatusCode);
            Assert.DoesNotContain("a bug", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal("upstream_cut", (string?)Assert.Single(live.Record())["outcome"]);
        Assert.Equal(early ? 0 : 1, live.Upstream.Asked.Count);
        live.Running.Gateway.Services.Changes = null;
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat)).StatusCode);
        NothingIsHeld(live);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "{\"messages\":[]}", 400, 1)]
    [InlineData("/v1/chat/completions", """{"model":"m","max_tokens":2000000000,"messages":[]}""", 403, 1)]
    [InlineData("/v1/chat/completions", """{"model":"nobody","messages":[]}""", 404, 1)]
    [InlineData("/v1/chat/completions?x=Y", """{"model":"m","messages":[]}""", 431, 1)]
    public async Task Run_WhenAStepRefuses_ThenNobodyIsAskedNothingStaysReservedAndItIsOnRecord(
        string path,
        string body,
        int status,
        int records
    )
    {
        await using var live = await LiveDeployment.StartAsync([("tiers.default.account.output_tokens_per_minute", "1000000"), .. Limited]);
        using var response = await live.Send(path.Replace("Y", new string('y', 5_000), StringComparison.Ordinal), body);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(live.Upstream.Asked);
        Assert.Equal(
            records,
            live.Record()
                .Count(one =>
                    (string?)one["outcome"] == "refused" && (string?)one["id"] == response.Headers.GetValues("x-request-id").Single()
                )
        );
        NothingIsHeld(live);
    }

    [Fact]
    public async Task Run_WhenOptionsChangeMeanwhile_ThenWhatIsUnderWayKeepsThoseItBeganWith()
    {
        await using var live = await LiveDeployment.StartAsync();
        var release = new TaskCompletionSource();
        live.Upstream.Answer = async http =>
        {
            await release.Task;
            await ScriptedUpstream.Json(http, "{}");
        };
        var before = live.Send("/v1/chat/completions", Chat);
        await LiveDeployment.Until(() => live.Upstream.Asked.Count == 1);
        var options = live.Running.Settings.Gateway with
        {
            ResponseHeaders = new() { Set = [new("X-Own", "1")] },
            Undecodable = OnUndecodable.Reject,
        };
        await live.Running.ReloadAsync(live.Running.Settings with { Gateway = options });
        release.SetResult();
        using var first = await before;
        using var second = await live.Send("/v1/chat/completions", Chat);
        Assert.Equal(
            (HttpStatusCode.OK, false, HttpStatusCode.OK, true),
            (first.StatusCode, first.Headers.Contains("X-Own"), second.StatusCode, second.Headers.Contains("X-Own"))
        );
    }

    private static string AnEvent(int i) => $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{i}\"}}}}]}}\n\n";

    private static async Task Until(CancellationToken aborted)
    {
        var gone = new TaskCompletionSource();
        await using var registered = aborted.Register(gone.SetResult);
        await gone.Task.WaitAsync(LiveDeployment.Patience, CancellationToken.None);
    }

    private static void NothingIsHeld(LiveDeployment live)
    {
        var services = live.Running.Gateway.Services;
        Assert.Equal(0, services.InFlight.Count);
        Assert.All(services.Upstreams.All, upstream => Assert.Equal(0, upstream.Open));
        Assert.All(services.Admission.Meters, meter => Assert.Equal(0, meter.Open));
    }

    /// <summary>A change with a bug in it.</summary>
    private sealed class Failing(bool early) : IExchangeChanges, IExchangeChange
    {
        public IExchangeChange Of(Exchange exchange) => early ? throw new InvalidTimeZoneException("a bug") : this;

        public void Request(ReadOnlySpan<byte> body, IBufferWriter<byte> output) => output.Write(body);

        public void Event(ReadOnlySpan<byte> lines, IBufferWriter<byte> output) => throw new InvalidTimeZoneException("a bug");

        public void Body(ReadOnlySpan<byte> body, IBufferWriter<byte> output) => throw new InvalidTimeZoneException("a bug");
    }
}
