using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Tests.Logs;
using Xunit;
using static Stillwatch.Tests.Gateway.ByteUpstream;
using static Stillwatch.Tests.Gateway.GatewayCases;

namespace Stillwatch.Tests.Gateway;

/// <summary>Ways in which denials and the record were got round (<c>shared/cases/gateway</c>), each on the real gateway.</summary>
public sealed class GatewayCasesTests
{
    /// <summary>Cases 06 and 07: denied is denied, by whatever name and type a server takes for it.</summary>
    [Theory]
    [InlineData("chat/completions", "\"messages\":[],\"logprobs\":\"true\",\"top_logprobs\":5.0")]
    [InlineData("chat/completions", "\"messages\":[],\"logprobs\":1.0")]
    [InlineData("chat/completions", "\"messages\":[],\"logprobs\":\"1\"")]
    [InlineData("chat/completions", "\"messages\":[],\"logprobs\":true,\"logprobs\":false")]
    [InlineData("chat/completions", "\"messages\":[],\"prompt_logprobs\":20")]
    [InlineData("chat/completions", "\"messages\":[],\"prompt_logprobs\":0")]
    [InlineData("chat/completions", "\"messages\":[],\"Logprobs\":true")]
    [InlineData("chat/completions", "\"messages\":[],\"logprob\\u0073\":true")]
    [InlineData("chat/completions", "\"messages\":[],\"logprobſ\":true")]
    [InlineData("chat/completions", "\"messages\":[],\"return_logprob\":true")]
    [InlineData("chat/completions", "\"messages\":[],\"n_probs\":5")]
    [InlineData("completions", "\"prompt\":\"x\",\"logprobs\":0")]
    [InlineData("responses", "\"input\":\"x\",\"include\":[\"message.output_text.logprobs\"]")]
    [InlineData("completions", "\"prompt\":\"x\",\"best_of\":5,\"n\":1")]
    [InlineData("chat/completions", "\"messages\":[],\"n\":\"3\"")]
    [InlineData("completions", "\"prompt\":[\"a\",\"b\",\"c\"]")]
    [InlineData("chat/completions", "\"messages\":[],\"response_format\":{\"type\":\"text\",\"type\":\"json_object\"}")]
    [InlineData("responses", "\"input\":\"x\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"a\",\"schema\":{}}}")]
    [InlineData("messages", "\"max_tokens\":5,\"messages\":[],\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{}}}")]
    [InlineData("chat/completions", "\"messages\":[],\"structured_outputs\":{\"json\":{}}")]
    [InlineData("chat/completions", "\"messages\":[],\"guided_json\":{\"type\":\"object\"}")]
    [InlineData("chat/completions", "\"messages\":[],\"grammar\":\"root ::= x\"")]
    [InlineData("chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":[{\"image_url\":\"http://h/y.png\"}]}]")]
    [InlineData(
        "chat/completions",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:\"}}]}]"
    )]
    [InlineData(
        "chat/completions",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"audio_url\",\"audio_url\":{\"url\":\"data:\"}}]}]"
    )]
    [InlineData("chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_embeds\",\"image_embeds\":\"x\"}]}]")]
    [InlineData(
        "chat/completions",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"Type\":\"Image_URL\",\"image_url\":{\"url\":\"data:\"}}]}]"
    )]
    [InlineData(
        "messages",
        "\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"container_upload\",\"file_id\":\"f\"}]}]"
    )]
    [InlineData("chat/completions", "\"messages\":[],\"modalities\":[\"text\",\"audio\"]")]
    [InlineData("chat/completions", "\"messages\":[],\"stream\":1")]
    [InlineData("chat/completions", "\"messages\":[],\"stream\":\"true\"")]
    [InlineData("messages", "\"max_tokens\":5,\"messages\":[],\"mcp_servers\":[{\"type\":\"url\",\"url\":\"https://h\"}]")]
    [InlineData("chat/completions", "\"messages\":[],\"extra_body\":{\"logprobs\":true}")]
    public async Task Enforce_WhenWhatIsDeniedIsAskedForByAnotherName_ThenItIsRefused(string path, string fields)
    {
        foreach (var mark in (string[])["", "\uFEFF"])
        {
            await using var upstream = new ByteUpstream(Answered(1));
            await using var live = await Start(
                upstream,
                "tiers: { d: { denied: [log-probabilities, tools, several-answers, structured-output, streaming, non-text] } }\n"
            );
            var answer = await live.Send("/v1/" + path, $$"""{{mark}}{"model":"m1",{{fields}}}""", Key(live, "d"));
            var said = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, said);
            Assert.Contains(path == "messages" ? "permission_error" : "capability_not_allowed", said, StringComparison.Ordinal);
            Assert.Empty(upstream.Posts);
        }
    }

    /// <summary>What is allowed stays so: bodies as the official libraries and common programs send them.</summary>
    [Theory]
    [InlineData(
        "chat/completions",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"an "
            + "image_url\"}]}],\"logprobs\":false,\"top_logprobs\":0,\"n\":1,\"stream\":false,\"response_format\":{\"type\":\"text\"},\"tools\":[],\"max_tokens\":null"
    )]
    [InlineData(
        "chat/completions",
        "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"Type\\\":\\\"image\\\"}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"x\"}],\"logprobs\":null"
    )]
    [InlineData(
        "messages",
        "\"max_tokens\":5,\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"Type\":\"image\",\"type\":\"file\",\"image_url\":\"x\"}}]}],\"system\":[{\"type\":\"text\",\"text\":\"s\",\"cache_control\":{\"type\":\"ephemeral\"}}]"
    )]
    [InlineData(
        "responses",
        "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]}],\"text\":{\"format\":{\"type\":\"text\"}},\"include\":[\"reasoning.encrypted_content\"]"
    )]
    [InlineData("completions", "\"prompt\":[1,2,3],\"best_of\":1,\"stop\":null,\"echo\":false")]
    public async Task Enforce_WhenNothingThatIsDeniedIsAskedFor_ThenItPasses(string path, string fields)
    {
        await using var upstream = new ByteUpstream(Answered(1));
        await using var live = await Start(
            upstream,
            "tiers: { d: { denied: [log-probabilities, tools, several-answers, structured-output, streaming, non-text] } }\n"
        );
        var answer = await live.Send("/v1/" + path, $$"""{"model":"m1",{{fields}}}""", Key(live, "d"));
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Case 08: what two servers would read as two requests is none.</summary>
    [Theory]
    [InlineData("""{"model":"m1","messages":[],"MODEL":"expensive"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"expensive","messages":[],"model":"m1"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","messages":[],"model":null}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","messages":[],"model":["expensive"]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":null,"messages":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":["m1"],"messages":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","models":["expensive"],"messages":[]}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"model":"m1","extra_body":{"model":"expensive"},"messages":[]}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"model":"m1","messages":[],"Messages":[{"role":"user","content":"hidden"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","Messages":[{"role":"user","content":"hidden"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","meſſages":[{"role":"user","content":"hidden"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","max_to\u212Aens":5,"messages":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","messages":[{"role":"user","content":"seen","Content":"hidden"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","messages":[{"role":"user","content":"seen","content":"hidden"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","mod\u0065l":"expensive","messages":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"mod\u0065l":"m1","messages":[]}""", HttpStatusCode.OK)]
    [InlineData("""{"model":"m1","messages":[],"x":1,"x":2,"X":3}""", HttpStatusCode.OK)]
    public async Task Enforce_WhenABodyCouldBeReadInTwoWays_ThenItIsRefused(string body, HttpStatusCode status)
    {
        await using var upstream = new ByteUpstream(Answered(1));
        await using var live = await Start(upstream, "tiers: { c: { models: [m1] } }\n");
        var answer = await live.Send("/v1/chat/completions", body, Key(live, "c"));
        Assert.True(answer.StatusCode == status, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(status == HttpStatusCode.OK ? 1 : 0, upstream.Posts.Count);
    }

    /// <summary>Case 10: no 500 without a body, and each on record with an end.</summary>
    [Theory]
    [InlineData("""{"model":"m1","messages":[],"max_tokens":100.0}""", "", HttpStatusCode.OK)]
    [InlineData("""{"model":"m1","messages":[],"max_tokens":1e400}""", "", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","messages":[],"max_tokens":0.5}""", "", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"m1","messages":[],"n":{}}""", "", HttpStatusCode.BadRequest)]
    [InlineData("\uFEFF{\"model\":\"fast\",\"messages\":[]}", "", HttpStatusCode.OK)]
    [InlineData(Messages, "Bad Name: x\r\n", HttpStatusCode.BadGateway)]
    [InlineData(Messages, "X-Odd: a\u0001b\r\n", HttpStatusCode.BadGateway)]
    [InlineData(Messages, " folded\r\n", HttpStatusCode.BadGateway)]
    public async Task Send_WhenNumbersOrHeadersAreOdd_ThenTheAnswerSaysWhyAndTheRecordHasAnEnd(
        string body,
        string headers,
        HttpStatusCode status
    )
    {
        await using var upstream = new ByteUpstream(Json("{}", headers));
        await using var live = await Start(upstream, "models: { fast: m1 }\nprices: [{ model: '*', input: 10, output: 30 }]\n");
        var answer = await live.Send("/v1/chat/completions", body);
        Assert.Equal(status, answer.StatusCode);
        Assert.NotEmpty(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Single(answer.Headers.GetValues("x-request-id"));
        await LiveDeployment.Until(() => live.Record().Count == 1);
        Assert.DoesNotContain("\uFEFF", upstream.Posts.FirstOrDefault() ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json; x=\u00E9\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 000 Nothing\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 101 Switching\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")]
    public async Task Send_WhenAnAnswerCannotBePassedOn_ThenItIsA502(string answer)
    {
        await using var upstream = new ByteUpstream(answer);
        await using var live = await Start(upstream, "");
        var got = await live.Send("/v1/chat/completions", Messages);
        Assert.Equal(HttpStatusCode.BadGateway, got.StatusCode);
        Assert.Contains("upstream_malformed", await got.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding: identity\r\n", Assert.Single(upstream.Posts), StringComparison.Ordinal);
    }

    /// <summary>Cases 11, 12, 13 and 16: what was handed out is on record.</summary>
    [Theory]
    [InlineData(
        "chat/completions",
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[]}}]}|data: "
            + "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}|data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[]},\"finish_reason\":\"tool_calls\"}]}|data: [DONE]",
        "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"
    )]
    [InlineData(
        "chat/completions",
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"},\"logprobs\":{\"content\":[]}}]}|data: "
            + "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":{\"content\":[{\"token\":\"A\",\"logprob\":-1,\"bytes\":[65],\"top_logprobs\":[]}]},\"finish_reason\":\"stop\"}]}|data: [DONE]",
        "\"logprobs\":{\"content\":[{\"token\":\"A\",\"logprob\":-1,\"bytes\":[65],\"top_logprobs\":[]}]}"
    )]
    [InlineData(
        "chat/completions",
        "data: "
            + "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}}]}}]}|data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"2\"}}]},\"finish_reason\":\"tool_calls\"}]}|data: [DONE]",
        "\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}},{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"2\"}}]"
    )]
    [InlineData(
        "chat/completions",
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\",\"vendor\":\"x-1\"}}]}|data: "
            + "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\",\"vendor\":\"x-1\"},\"finish_reason\":\"stop\"}]}|data: [DONE]",
        "\"content\":\"AA\",\"vendor\":\"x-1\""
    )]
    [InlineData(
        "completions",
        "data: "
            + "{\"id\":\"c\",\"choices\":[{\"index\":0,\"text\":\"A\",\"logprobs\":{\"tokens\":[\"A\"],\"token_logprobs\":[null],\"top_logprobs\":[{\"A\":-0.1}],\"text_offset\":[0]}}]}|data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"text\":\"B\",\"logprobs\":{\"tokens\":[\"B\"],\"token_logprobs\":[-0.2],\"top_logprobs\":[{\"B\":-0.2}],\"text_offset\":[1]},\"finish_reason\":\"stop\"}]}|data: [DONE]",
        "\"tokens\":[\"A\",\"B\"],\"token_logprobs\":[null,-0.2],\"top_logprobs\":[{\"A\":-0.1},{\"B\":-0.2}],\"text_offset\":[0,1]"
    )]
    [InlineData(
        "messages",
        "data: "
            + "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}|data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\",\"citations\":[]}}|data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"The grass\",\"document_index\":0}}}|data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"is green\",\"document_index\":1}}}|data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}|data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}|data: {\"type\":\"message_stop\"}",
        "\"citations\":[{\"cited_text\":\"The grass\",\"document_index\":0},{\"cited_text\":\"is "
            + "green\",\"document_index\":1}]},{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}]"
    )]
    [InlineData(
        "responses",
        "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"output\":[]}}|data: "
            + "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"id\":\"fc\",\"name\":\"send\",\"arguments\":\"\"}}|data: {\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\"{\\\"text\\\":\\\"a very\"}|data: {\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\" long text\"}",
        "\"name\":\"send\",\"arguments\":\"{\\\"text\\\":\\\"a very long text\",\"status\":\"incomplete\""
    )]
    [InlineData(
        "responses",
        "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"output\":[]}}|data: "
            + "{\"type\":\"response.reasoning_summary_text.delta\",\"output_index\":0,\"summary_index\":0,\"delta\":\"why\"}|data: "
            + "{\"type\":\"response.reasoning_text.delta\",\"output_index\":1,\"content_index\":0,\"delta\":\"because\"}|data: "
            + "{\"type\":\"response.refusal.delta\",\"output_index\":2,\"content_index\":0,\"delta\":\"no\"}",
        "[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"why\"}],\"status\":\"incomplete\"},{\"type\":\"reasoning\",\"role\":\"assistant\",\"content\":[{\"type\":\"reasoning_text\",\"text\":\"because\"}],\"status\":\"incomplete\"},{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}],\"status\":\"incomplete\"}]"
    )]
    public async Task Record_WhenAStreamCameInPieces_ThenAllOfItIsThere(string path, string events, string expected)
    {
        await using var upstream = new ByteUpstream(Stream(events.Replace("|", "\n\n", StringComparison.Ordinal) + "\n\n"), Part.End);
        await using var live = await Start(upstream, "");
        try
        {
            await (await live.Send("/v1/" + path, """{"model":"m1","stream":true,"max_tokens":9}""")).Content.ReadAsStringAsync(Cancel);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            // those that break off
        }

        await LiveDeployment.Until(() => live.Record().Count == 1);
        Assert.Contains(
            expected,
            live.Record()[0]["response"]!.ToJsonString(
                new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            ),
            StringComparison.Ordinal
        );
    }

    /// <summary>Case 24: one header of each kind, the customer's own.</summary>
    [Theory]
    [InlineData("r", "99")]
    [InlineData(null, null)]
    public async Task Send_WhenTheServerHasLimitsOfItsOwn_ThenTheyAreNotPassedOn(string? tier, string? expected)
    {
        await using var upstream = new ByteUpstream(
            Json(
                "{}",
                "x-ratelimit-remaining-requests: 4999\r\nanthropic-ratelimit-requests-remaining: 4999\r\nVia: 1.1 x\r\nLocation: "
                    + "http://h/\r\nX-Powered-By: x\r\nAccess-Control-Allow-Origin: *\r\nX-Kept: yes\r\n"
            )
        );
        await using var live = await Start(upstream, "tiers: { r: { account: { requests_per_minute: 100 } } }\n");
        var answer = await live.Send("/v1/chat/completions", Messages, Key(live, tier));
        Assert.Equal(
            expected,
            answer.Headers.TryGetValues("x-ratelimit-remaining-requests", out var values) ? Assert.Single(values) : null
        );
        Assert.Equal("yes", Assert.Single(answer.Headers.GetValues("X-Kept")));
        Assert.DoesNotContain(answer.Headers, header =>
            header.Key is "Via" or "Location" or "X-Powered-By" or "Access-Control-Allow-Origin" or "anthropic-ratelimit-requests-remaining"
        );
    }

    /// <summary>Case 25: nobody without a key is waited for.</summary>
    [Fact]
    public async Task Send_WhenTheKeyIsWrong_ThenTheBodyIsNotAskedFor()
    {
        await using var upstream = new ByteUpstream(Answered(1));
        await using var live = await Start(upstream, "");
        using var client = new TcpClient();
        var address = new Uri(live.Running.GatewayAddress);
        await client.ConnectAsync(address.Host, address.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer nonsense\r\nExpect: 100-continue\r\nContent-Length: 30000000\r\n\r\n"u8.ToArray(),
            Cancel
        );
        var room = new byte[100];
        var read = await stream.ReadAsync(room, Cancel);
        Assert.StartsWith("HTTP/1.1 401", Encoding.ASCII.GetString(room, 0, read), StringComparison.Ordinal);
    }

    /// <summary>One credential for all: the model server would go on with anybody's conversation.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enforce_WhenAResponseIsSomebodyElses_ThenNobodyFollowsIt(bool stream)
    {
        var body = """{"id":"resp_1","object":"response","output":[],"usage":{"input_tokens":1,"output_tokens":1}}""";
        await using var upstream = stream
            ? new ByteUpstream(
                Stream(
                    $"event: response.created\ndata: {{\"type\":\"response.created\",\"response\":{body}}}\n\nevent: "
                        + $"response.completed\ndata: {{\"type\":\"response.completed\",\"response\":{body}}}\n\n"
                ),
                Part.End
            )
            : new ByteUpstream(Json(body));
        using var folder = new LogFolder();
        var data = Path.Combine(folder.Path, "data");
        const string Follow = """{"model":"m1","input":"and then?","previous_response_id":"resp_1"}""";
        string alice;
        await using (var live = await LiveDeployment.StartAsync(path: data, upstreams: [upstream.Address]))
        {
            alice = live.Key;
            var bob = live.Running.Accounts.CreateKey("bob", null, null, "test", null);
            Assert.Equal(HttpStatusCode.NotFound, (await live.Send("/v1/responses", Follow)).StatusCode);
            await (await live.Send("/v1/responses", """{"model":"m1","input":"x"}""")).Content.ReadAsStringAsync(Cancel);
            Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/responses", Follow)).StatusCode);
            var others = await live.Send("/v1/responses", Follow, bob);
            Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
            Assert.Contains("previous_response_not_found", await others.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await live.Send("/v1/responses", """{"model":"m1","input":"x","conversation":"conv_1"}""")).StatusCode
            );
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await live.Send("/v1/responses", """{"model":"m1","input":[{"type":"item_reference","id":"msg_1"}]}""")).StatusCode
            );
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (
                    await live.Send(
                        "/v1/responses",
                        """{"model":"m1","input":"x","previous_response_id":"resp_victim","extra_body":{"previous_response_id":"resp_1"}}"""
                    )
                ).StatusCode
            );
        }

        await using var again = await LiveDeployment.StartAsync(path: data, upstreams: [upstream.Address]);
        Assert.Equal(HttpStatusCode.OK, (await again.Send("/v1/responses", Follow, alice)).StatusCode); // also after a restart
    }

    [Theory]
    [InlineData("/v1/files", HttpStatusCode.Forbidden)]
    [InlineData("/v1/responses/resp_1", HttpStatusCode.Forbidden)]
    [InlineData("/v1/messages/batches", HttpStatusCode.Forbidden)]
    [InlineData("/v1/moderations", HttpStatusCode.OK)]
    public async Task Send_WhenUnknownPathsPass_ThenWhatIsKeptForOthersDoesNot(string path, HttpStatusCode status)
    {
        await using var upstream = new ByteUpstream(Json("{}"));
        await using var live = await Start(upstream, "gateway: { unknown_paths: pass }\n");
        Assert.Equal(status, (await live.Send(path, """{"model":"m1"}""")).StatusCode);
    }

    /// <summary>Small things of case 28.</summary>
    [Fact]
    public async Task Send_WhenAHeaderIsLong_ThenItIsPassedOn()
    {
        await using var upstream = new ByteUpstream(Answered(1));
        await using var live = await Start(upstream, "");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages?a=%20b")
        {
            Content = new StringContent("""{"model":"m1","max_tokens":1,"messages":[]}"""),
            Headers = { { "x-api-key", live.Key }, { "anthropic-beta", new string('b', 880) } },
        };
        Assert.Equal(HttpStatusCode.OK, (await live.Client.SendAsync(request, Cancel)).StatusCode);
        var sent = Assert.Single(upstream.Posts);
        Assert.Contains(new string('b', 880), sent, StringComparison.Ordinal);
        Assert.StartsWith("POST /v1/messages?a=%20b HTTP/1.1\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_WhenAServerNamesATimeToTryAgain_ThenTheClientWaitsForIt()
    {
        await using var upstream = new ByteUpstream(
            Json("{}", $"Retry-After: {DateTimeOffset.UtcNow.AddSeconds(40):r}\r\n", "429 Too Many Requests")
        );
        await using var live = await Start(upstream, "");
        Assert.InRange((await live.Send("/v1/chat/completions", Messages)).Headers.RetryAfter!.Delta!.Value.TotalSeconds, 20, 41);
    }

    [Fact]
    public async Task Refuse_WhenAModelsNameIsLong_ThenItIsNotRepeatedInFull()
    {
        await using var upstream = new ByteUpstream(Answered(1));
        await using var live = await Start(upstream, "");
        var answer = await live.Send(
            "/v1/chat/completions",
            new JsonObject { ["model"] = new string('"', 100_000), ["messages"] = new JsonArray() }.ToJsonString()
        );
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.InRange((await answer.Content.ReadAsStringAsync(Cancel)).Length, 1, 1_500);
    }
}
