using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// Requests and answers with a few bytes changed, for a few seconds (STILLWATCH_MUTATION_SECONDS for longer): no fault of the gateway's
/// own, no slot that is not given back, no exchange that began and never ended, and what was judged is what went on.
/// </summary>
public sealed class MutationTests
{
    private const int AtOnce = 8;

    private static readonly (string Path, string Body)[] Requests =
    [
        (
            "/v1/chat/completions",
            """{"model":"m1","n":1,"max_tokens":20,"stream":true,"logprobs":false,"messages":[{"role":"user","content":"Hi \ud83d\ude00"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}"""
        ),
        ("/v1/completions", """{"model":"m1","prompt":["a","b"],"max_tokens":5,"best_of":2,"logprobs":0}"""),
        (
            "/v1/responses",
            """{"model":"m1","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}],"include":["message.output_text.logprobs"],"text":{"format":{"type":"text"}}}"""
        ),
        (
            "/v1/messages",
            """{"model":"m1","max_tokens":9,"system":"s","metadata":{"user_id":"u"},"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"tool_result","content":"y"}]}]}"""
        ),
        ("/v1/embeddings", """{"model":"m1","input":["a",[1,2]]}"""),
        (
            "/v1beta/models/m1:generateContent",
            """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":5,"responseLogprobs":true,"candidateCount":1}}"""
        ),
    ];

    private static readonly string[] Answers =
    [
        ByteUpstream.Answered(5),
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"}}]}\n\n")
            + Chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n")
            + "0\r\n\r\n",
        ByteUpstream.Stream(
            "event: message_start\ndata: "
                + "{\"type\":\"message_start\",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":1}}}\n\nevent: "
                + "message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
        ),
        ByteUpstream.Json(
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":2}}"
        ),
    ];

    private static double Seconds =>
        double.TryParse(Environment.GetEnvironmentVariable("STILLWATCH_MUTATION_SECONDS"), CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : 3;

    [Fact]
    public async Task Requests_WhenBytesAreChanged_ThenNoneIsAFaultOfOursAndWhatWasJudgedGoesOn()
    {
        await using var upstream = new ByteUpstream(ByteUpstream.Answered(5));
        await using var live = await StartAsync(upstream);
        var faults = new ConcurrentQueue<string>();
        var sent = await ForSecondsAsync(async random =>
        {
            var (path, text) = Requests[random.Next(Requests.Length)];
            var body = Change(Encoding.UTF8.GetBytes(text), random);
            using var answer = await PostAsync(live, path, body);
            if (
                answer.StatusCode == HttpStatusCode.InternalServerError
                || (int)answer.StatusCode >= 400 && answer.Content.Headers.ContentLength is 0 or null
            )
            {
                faults.Enqueue($"{(int)answer.StatusCode} {path} {Encoding.Latin1.GetString(body)}");
            }
        });
        Assert.Empty(faults);
        foreach (var post in upstream.Posts)
        {
            // Whoever takes the last of a name and whoever takes the first read the same model, the one that is open to the account.
            var path = post[..post.IndexOf(' ', 5)];
            var body = Encoding.Latin1.GetBytes(post[(post.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
            if (!path.Contains("generateContent", StringComparison.Ordinal))
            {
                using var json = JsonDocument.Parse(
                    body.AsMemory(body.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0),
                    new JsonDocumentOptions { MaxDepth = 1000 }
                );
                var models = json
                    .RootElement.EnumerateObject()
                    .Where(field => field.Name.Equals("model", StringComparison.OrdinalIgnoreCase))
                    .ToList();
                Assert.Equal("m1", Assert.Single(models).Value.GetString());
            }
        }

        await QuietAsync(live, sent);
    }

    [Fact]
    public async Task Answers_WhenBytesAreChanged_ThenNoneIsAFaultOfOursAndEveryExchangeEnds()
    {
        var seeds = new Random(5);
        await using var upstream = new ByteUpstream(_ =>
        {
            lock (seeds)
            {
                var bytes = Change(Encoding.Latin1.GetBytes(Answers[seeds.Next(Answers.Length)]), seeds);
                return [Encoding.Latin1.GetString(bytes), ByteUpstream.Part.End];
            }
        });
        await using var live = await StartAsync(upstream);
        var faults = new ConcurrentQueue<string>();
        var sent = await ForSecondsAsync(async random =>
        {
            var (path, text) = Requests[random.Next(Requests.Length)];
            try
            {
                using var answer = await PostAsync(live, path, Encoding.UTF8.GetBytes(text));
                var body = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode == HttpStatusCode.InternalServerError && body.Contains("internal_error", StringComparison.Ordinal))
                {
                    faults.Enqueue(path);
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                // what broke off breaks off here
            }
        });
        Assert.Empty(faults);
        await QuietAsync(live, sent);
    }

    private static async Task<LiveDeployment> StartAsync(ByteUpstream upstream)
    {
        using var folder = new LogFolder();
        var config = folder.Write(
            "c.yaml",
            "tiers: { default: { models: [ m1 ], account: { concurrent: 16 } } }\ngateway: { health_seconds: 0.2, timeouts: { idle: "
                + "2, first_byte: 2 } }\n"
        );
        return await LiveDeployment.StartAsync(config: config, upstreams: [upstream.Address]);
    }

    private static async Task<long> ForSecondsAsync(Func<Random, Task> one)
    {
        var (clock, sent) = (Stopwatch.StartNew(), 0L);
        await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(async number =>
                {
                    var random = new Random(number);
                    while (clock.Elapsed.TotalSeconds < Seconds)
                    {
                        await one(random);
                        Interlocked.Increment(ref sent);
                    }
                })
        );
        TestContext.Current.TestOutputHelper?.WriteLine($"{sent} in {clock.Elapsed.TotalSeconds:0} s");
        return sent;
    }

    private static Task<HttpResponseMessage> PostAsync(LiveDeployment live, string path, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("x-api-key", live.Key);
        return live.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Nothing is under way, no slot is held: as many as the limit allows are taken at once.</summary>
    private static async Task QuietAsync(LiveDeployment live, long sent)
    {
        Assert.True(sent > 100, $"only {sent} were sent");
        await LiveDeployment.Until(() => live.Running.Gateway.InFlight == 0);
        var meter = Assert.Single(live.Running.Gateway.Services.Admission.Meters, meter => meter.Subject == "account:alice");
        Assert.Equal(0, meter.Open);
        await LiveDeployment.Until(() =>
            live.Running.Watch.State.Exchanges + live.Running.Watch.State.Rejected >= live.Running.Journal.Written
        );
        Assert.Equal(0, live.Running.Journal.State.Lost);
    }

    private static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    private static byte[] Change(byte[] bytes, Random random)
    {
        for (var changes = random.Next(4); changes > 0 && bytes.Length > 1; changes--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)"\"\\{}[],:\r\n0-x"[random.Next(13)];
                    break;
                case 2:
                    bytes[at] ^= 0x20; // another case
                    break;
                case 3:
                    bytes = bytes[..at];
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(30))..]];
                    break;
                default:
                    var to = Math.Min(bytes.Length, at + random.Next(60));
                    bytes = [.. bytes[..to], .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }
}
