using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// The sixteen faults that Failover Bench injects (its catalogue, methodology 0.1; the tests are our own), against a server that shows them
/// and one that does not. <i>pass</i> is an answer, whole and by the way that the catalogue wants; <i>partial</i> an answer by another;
/// <i>safe</i> a clear error in time; <i>fail</i> anything else. docs/gateway.md has the table.
/// </summary>
public sealed class UpstreamFaultsByBenchTests
{
    private const int Words = 60;
    private static readonly string Text = string.Join(' ', Enumerable.Range(0, Words).Select(i => $"word{i}"));

    [Theory]
    [InlineData("S01 429 with Retry-After", "pass")]
    [InlineData("S02 429 again and again", "pass")]
    [InlineData("S03 500 once", "pass")]
    [InlineData("S04 503 again and again", "pass")]
    [InlineData("S05 reset before the first byte", "pass")]
    [InlineData("S06 no response", "pass")]
    [InlineData("S07 slow first token", "pass")]
    [InlineData("S08 cut in the stream", "safe")]
    [InlineData("S09 stall in the stream", "safe")]
    [InlineData("S10 malformed chunk", "pass")]
    [InlineData("S11 no [DONE]", "pass")]
    [InlineData("S12 context length", "safe")]
    [InlineData("S13 content filter", "pass")]
    [InlineData("S14 fallback refuses prefill", "safe")]
    [InlineData("S15 flapping", "pass")]
    [InlineData("S16 accounting", "pass")]
    public async Task Fault_WhenAServerShowsIt_ThenItEndsAsTheDocumentationSays(string fault, string expected)
    {
        var attempts = new List<TimeSpan>();
        var began = Stopwatch.StartNew();
        await using var primary = await ScriptedUpstream.StartAsync(answer: http =>
        {
            lock (attempts)
            {
                attempts.Add(began.Elapsed);
            }

            return Show(http, fault[..3], attempts.Count, began);
        });
        await using var fallback = await ScriptedUpstream.StartAsync(answer: http => Whole(http, "fallback-m", Words));
        using var folder = new LogFolder();
        var config = folder.Write(
            "c.yaml",
            $$"""
            upstreams:
              - { name: primary, url: {{primary.Address}}, weight: 1000000 }
              - { name: fallback, url: {{fallback.Address}}, weight: 1 }
            gateway: { retries: { most: 2 }, health_seconds: 0.2, timeouts: { first_byte: 1, idle: 1.5, connect: 0.5 } }
            """
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        began.Restart();
        var verdict =
            fault[..3] == "S15"
                ? await Flapping(live, began)
                : Judge(fault[..3], await Ask(live), [.. attempts], began.Elapsed, fallback.Asked.Count);
        Assert.Equal(expected, verdict);
        Assert.True((await Ask(live, model: "healthy")).Whole || fault[..3] is "S06" or "S09" or "S07", "it is not alive afterwards");
    }

    private static string Judge(
        string fault,
        (bool Ended, bool Whole, bool Error, string Body) answer,
        TimeSpan[] attempts,
        TimeSpan took,
        int fallbacks
    )
    {
        if (!answer.Ended || answer is { Whole: false, Error: false })
        {
            return "fail: " + answer.Body[..Math.Min(300, answer.Body.Length)];
        }

        var required = fault switch
        {
            "S01" => attempts.Count(at => at < TimeSpan.FromSeconds(1.5)) <= 2,
            "S02" or "S04" or "S16" => attempts.Length <= 6,
            "S11" => took < TimeSpan.FromSeconds(8),
            "S12" => attempts.Length == 1,
            "S13" => attempts.Length == 1,
            _ => took < TimeSpan.FromSeconds(30),
        };
        if (!required)
        {
            return $"fail: {attempts.Length} attempts at {string.Join(", ", attempts)} in {took}";
        }

        if (fault == "S13")
        {
            return answer.Error ? "pass" : "partial";
        }

        if (!answer.Whole)
        {
            return "safe";
        }

        var ideal = fault switch
        {
            "S01" => attempts.Length >= 2 && attempts[1] - attempts[0] >= TimeSpan.FromSeconds(0.9),
            "S03" => attempts.Length >= 2,
            "S06" => attempts.Length <= 1 && fallbacks == 1,
            "S07" => took < TimeSpan.FromSeconds(15) && fallbacks == 1,
            "S16" => answer.Body.Contains("fallback-m", StringComparison.Ordinal)
                && answer.Body.Contains("\"usage\"", StringComparison.Ordinal),
            _ => true,
        };
        return ideal ? "pass" : "partial";
    }

    /// <summary>503 for two seconds, then well: all requests are answered, and the server is used again.</summary>
    private static async Task<string> Flapping(LiveDeployment live, Stopwatch began)
    {
        for (var i = 0; i < 20; i++)
        {
            var answer = await Ask(live);
            if (!answer.Whole)
            {
                return "fail: " + answer.Body;
            }

            await Task.Delay(150, TestContext.Current.CancellationToken);
        }

        for (var tries = 0; began.Elapsed < TimeSpan.FromSeconds(20); tries++)
        {
            if ((await Ask(live)).Body.Contains("primary-m", StringComparison.Ordinal))
            {
                return "pass";
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return "fail: the server was not used again";
    }

    private static async Task<(bool Ended, bool Whole, bool Error, string Body)> Ask(LiveDeployment live, string model = "m")
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(45));
        var body = "";
        try
        {
            using var answer = await live.Send(
                "/v1/chat/completions",
                $$$"""{"model":"m","user":"{{{model}}}","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Say it."}]}""",
                when: HttpCompletionOption.ResponseHeadersRead
            );
            await using var stream = await answer.Content.ReadAsStreamAsync(patience.Token);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(patience.Token) is { } line)
            {
                body += line + "\n";
            }

            var text = string.Concat(body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(Delta));
            var error = !answer.IsSuccessStatusCode || body.Contains("data: {\"error\"", StringComparison.Ordinal);
            return (true, text.Trim() == Text && !error, error, body);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return (true, false, true, body + fault.Message); // broken off is an error to every client
        }
        catch (OperationCanceledException)
        {
            return (false, false, false, "it hung");
        }
    }

    private static string Delta(string line)
    {
        try
        {
            return (string?)JsonNode.Parse(line[6..])?["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"] ?? "";
        }
        catch (System.Text.Json.JsonException)
        {
            return ""; // a client skips it
        }
    }

    private static async Task Show(HttpContext http, string fault, int attempt, Stopwatch began)
    {
        using var reader = new StreamReader(http.Request.Body);
        if ((await reader.ReadToEndAsync()).Contains("\"healthy\"", StringComparison.Ordinal))
        {
            await Whole(http, "primary-m", Words);
            return;
        }

        switch (fault)
        {
            case "S01" when attempt == 1:
                http.Response.Headers.RetryAfter = "1";
                await Error(http, 429, "rate_limit_exceeded");
                break;
            case "S02":
                await Error(http, 429, "rate_limit_exceeded");
                break;
            case "S03" when attempt == 1:
                await Error(http, 500, "server_error");
                break;
            case "S04" or "S16":
                await Error(http, 503, "overloaded");
                break;
            case "S05" when attempt == 1:
                http.Abort();
                break;
            case "S06":
                await Silence(http);
                break;
            case "S07":
                http.Response.ContentType = "text/event-stream";
                await http.Response.Body.FlushAsync();
                await Silence(http);
                break;
            case "S08" or "S14":
                await Part(http, "primary-m", 40);
                http.Abort();
                break;
            case "S09":
                await Part(http, "primary-m", 20);
                await Silence(http);
                break;
            case "S10":
                await Whole(http, "primary-m", Words, malformedBefore: 10);
                break;
            case "S11":
                await Part(http, "primary-m", Words);
                await ScriptedUpstream.Events(
                    http,
                    Event("primary-m", null, "stop"),
                    "data: {\"model\":\"primary-m\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":60}}\n\n"
                );
                break;
            case "S12":
                await Error(http, 400, "context_length_exceeded");
                break;
            case "S13":
                await Error(http, 400, "content_policy_violation");
                break;
            case "S15" when began.Elapsed < TimeSpan.FromSeconds(2):
                await Error(http, 503, "overloaded");
                break;
            default:
                await Whole(http, "primary-m", Words);
                break;
        }
    }

    private static async Task Silence(HttpContext http)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(15), http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // given up, as it should be
        }

        http.Abort();
    }

    private static Task Error(HttpContext http, int status, string code) =>
        ScriptedUpstream.Json(http, $$$"""{"error":{"message":"no","type":"x","param":null,"code":"{{{code}}}"}}""", status);

    private static async Task Whole(HttpContext http, string model, int words, int malformedBefore = -1)
    {
        await Part(http, model, words, malformedBefore);
        await ScriptedUpstream.Events(
            http,
            Event(model, null, "stop"),
            $"data: {{\"model\":\"{model}\",\"choices\":[],\"usage\":{{\"prompt_tokens\":1,\"completion_tokens\":60}}}}\n\n",
            "data: [DONE]\n\n"
        );
    }

    private static async Task Part(HttpContext http, string model, int words, int malformedBefore = -1)
    {
        await ScriptedUpstream.Events(http, Event(model, "", null));
        for (var i = 0; i < words; i++)
        {
            if (i == malformedBefore)
            {
                await ScriptedUpstream.Events(http, "data: {\"id\": \"x\", \"choices\": [{\"delta\": {\"content\": \n\n");
            }

            await ScriptedUpstream.Events(http, Event(model, $"word{i} ", null));
            await Task.Delay(2);
        }
    }

    private static string Event(string model, string? text, string? reason) =>
        $"data: "
        + $"{{\"model\":\"{model}\",\"choices\":[{{\"index\":0,\"delta\":{(text == null ? "{}" : $"{{\"content\":\"{text}\"}}")},\"finish_reason\":{(reason == null ? "null" : $"\"{reason}\"")}}}]}}\n\n";
}
