using System.ClientModel;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Range.House;

public sealed class HouseServerTests : IAsyncLifetime
{
    private const string Chat =
        """{"model":"stillwatch-house","seed":5,"max_tokens":30,"messages":[{"role":"user","content":"What is 47 times 36?"}]}""";

    private HouseServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await HouseServer.StartAsync(new HouseServerOptions(), SystemClock.Instance, TestContext.Current.CancellationToken);
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 })
        {
            BaseAddress = new Uri(_server.Address),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Ready_WhenThereIsNoModelYet_ThenItSaysHowFarItIs_AndAnswersOnceThereIs()
    {
        _server.NotReady = "the house model is being made, 40 % done";
        using var early = await Send(Chat);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
        Assert.NotNull(early.Headers.RetryAfter);
        Assert.Contains("40 % done", await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await _client.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode
        );
        _server.Serve(Models.Small);
        Assert.Null(_server.NotReady);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/healthz", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Send(Chat)).StatusCode);
        Assert.Contains(
            "house_tokens_total{kind=\"prompt\"}",
            await _client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Chat_WhenTheOfficialClientAsks_ThenItUnderstandsTheAnswer_WholeAndAsAStream()
    {
        _server.Serve(Models.Small);
        var client = new ChatClient(
            HouseServer.ModelName,
            new ApiKeyCredential("none"),
            new OpenAIClientOptions { Endpoint = new Uri(_server.Address + "/v1") }
        );
        _server.Sampler = new Wordy();
        var options = new ChatCompletionOptions
        {
            Temperature = 0,
            MaxOutputTokenCount = 20,
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 3,
        };
        ChatCompletion whole = await client.CompleteChatAsync(
            [new SystemChatMessage("Be brief."), new UserChatMessage("Hello!")],
            options,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(ChatFinishReason.Length, whole.FinishReason);
        Assert.Equal(20, whole.Usage.OutputTokenCount);
        Assert.Equal(20, whole.ContentTokenLogProbabilities.Count);
        Assert.All(whole.ContentTokenLogProbabilities, token => Assert.Equal(3, token.TopLogProbabilities.Count));
        Assert.All(whole.ContentTokenLogProbabilities, token =>
            Assert.Equal(token.LogProbability, token.TopLogProbabilities[0].LogProbability)
        );
        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        var tokens = 0;
        await foreach (
            var update in client.CompleteChatStreamingAsync(
                [new SystemChatMessage("Be brief."), new UserChatMessage("Hello!")],
                options,
                TestContext.Current.CancellationToken
            )
        )
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            reason = update.FinishReason ?? reason;
            tokens += update.ContentTokenLogProbabilities.Count;
        }

        Assert.Equal(string.Concat(whole.Content.Select(part => part.Text)), text.ToString());
        Assert.Equal((ChatFinishReason.Length, 20), (reason, tokens));
    }

    [Fact]
    public async Task Chat_WhenSeedsAndSeveralAnswersAreAsked_ThenTheSameComesAgain_AndTheyDiffer()
    {
        _server.Serve(Models.Small);
        _server.Sampler = new Wordy();
        var body = Chat.Replace("\"seed\":5", "\"seed\":5,\"n\":3,\"temperature\":1.5", StringComparison.Ordinal);
        var (first, again) = (await Json(body), await Json(body));
        Assert.Equal(first["choices"]!.ToJsonString(), again["choices"]!.ToJsonString());
        Assert.Equal(3, first["choices"]!.AsArray().Select(choice => (string?)choice!["message"]!["content"]).Distinct().Count());
        Assert.Equal(90, (int)first["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Chat_WhenATokenIsForced_ThenNothingElseComes_AndAStopSequenceEndsIt()
    {
        _server.Serve(Models.Small);
        var token = Models.Tokenizer.Encode("7")[0];
        var forced =
            $$"""{"model":"stillwatch-house","max_tokens":12,"logit_bias":{"{{token}}":100},"messages":[{"role":"user","content":"x"}]}""";
        Assert.Equal("777777777777", (string?)(await Json(forced))["choices"]![0]!["message"]!["content"]);
        var stopped = await Json(forced.Replace("\"max_tokens\"", "\"stop\":[\"7777\"],\"max_tokens\"", StringComparison.Ordinal));
        Assert.Equal(
            ("", "stop"),
            ((string?)stopped["choices"]![0]!["message"]!["content"], (string?)stopped["choices"]![0]!["finish_reason"])
        );
    }

    [Theory]
    [InlineData("Full")]
    [InlineData("Summarised")]
    [InlineData("Withheld")]
    public async Task Reasoning_WhenItIsExposedSoFar_ThenSoMuchComesBesideTheAnswer_AndItIsCounted(string name)
    {
        var exposure = Enum.Parse<Exposure>(name);
        _server.Exposure = exposure;
        _server.Sampler = new Told([
            Special.Think,
            .. Models.Tokenizer.Encode("7*6=42"),
            Special.Answer,
            .. Models.Tokenizer.Encode("42"),
            Special.End,
        ]);
        _server.Serve(Models.Small);
        var whole = await Json(Chat);
        var message = whole["choices"]![0]!["message"]!;
        Assert.Equal("42", (string?)message["content"]);
        Assert.Equal("stop", (string?)whole["choices"]![0]!["finish_reason"]);
        var expected = exposure switch
        {
            Exposure.Full => "7*6=42",
            Exposure.Summarised => $"It was worked out in {Models.Tokenizer.Encode("7*6=42").Count + 2} tokens.",
            _ => null,
        };
        Assert.Equal(expected, (string?)message["reasoning_content"]);
        Assert.Equal(Models.Tokenizer.Encode("7*6=42").Count + 2, (int)whole["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!);
        var events = await Stream(Chat.Replace("\"seed\":5", "\"stream\":true", StringComparison.Ordinal));
        string? Told(string field) =>
            events.Select(one => (string?)one["choices"]![0]!["delta"]![field]).Where(part => part != null).ToList() is { Count: > 0 } parts
                ? string.Concat(parts)
                : null;
        Assert.Equal("42", Told("content"));
        Assert.Equal(expected, Told("reasoning_content"));
    }

    [Theory]
    [InlineData("""{"model":"stillwatch-house"}""", "messages")]
    [InlineData("""{"model":"stillwatch-house","messages":[]}""", "messages")]
    [InlineData("""{"model":"stillwatch-house","messages":[{"role":"nobody","content":"x"}]}""", "messages[0].role")]
    [InlineData(
        """{"model":"stillwatch-house","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}""",
        "messages[0].content"
    )]
    [InlineData("""{"model":"stillwatch-house","temperature":3,"messages":[{"role":"user","content":"x"}]}""", "temperature")]
    [InlineData("""{"model":"stillwatch-house","n":99,"messages":[{"role":"user","content":"x"}]}""", "n")]
    [InlineData("""{"model":"stillwatch-house","max_tokens":"many","messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"model":"stillwatch-house","top_logprobs":3,"messages":[{"role":"user","content":"x"}]}""", "top_logprobs")]
    [InlineData("""{"model":"stillwatch-house","logit_bias":[1],"messages":[{"role":"user","content":"x"}]}""", "logit_bias")]
    [InlineData("""{"model":"stillwatch-house","stop":["a","b","c","d","e"],"messages":[{"role":"user","content":"x"}]}""", "stop")]
    [InlineData(
        """{"model":"stillwatch-house","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"x"}]}""",
        "response_format"
    )]
    [InlineData("""{"model":"stillwatch-house","logit_bias":{"1":5,"01":5},"messages":[{"role":"user","content":"x"}]}""", "logit_bias")]
    [InlineData("""[1]""", null)]
    [InlineData("""{"model":""", null)]
    public async Task Chat_WhenAFieldIsWrong_ThenItIsNamed(string body, string? field)
    {
        _server.Serve(Models.Small);
        using var response = await Send(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            field,
            (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["param"]
        );
    }

    [Fact]
    public async Task Chat_WhenThePromptIsTooLongOrTheModelUnknown_ThenThatIsSaid()
    {
        _server.Serve(Models.Small);
        var tooLong = await Error(Chat.Replace("47 times 36", string.Concat(Enumerable.Repeat("9", 300)), StringComparison.Ordinal));
        Assert.Equal("context_length_exceeded", (string?)tooLong["code"]);
        Assert.Equal(
            "model_not_found",
            (string?)(await Error(Chat.Replace("stillwatch-house", "gpt-9", StringComparison.Ordinal)))["code"]
        );
    }

    [Fact]
    public async Task Completion_WhenSeveralPromptsAreGiven_ThenEachGoesOn()
    {
        _server.Serve(Models.Small);
        _server.Sampler = new Wordy();
        var whole = await Json(
            """{"model":"stillwatch-house","prompt":["one two","three"],"n":2,"max_tokens":8,"temperature":0,"logprobs":2}""",
            "/v1/completions"
        );
        Assert.Equal([0, 1, 2, 3], whole["choices"]!.AsArray().Select(choice => (int)choice!["index"]!));
        Assert.Equal((string?)whole["choices"]![0]!["text"], (string?)whole["choices"]![1]!["text"]);
        Assert.Equal(8, whole["choices"]![2]!["logprobs"]!["tokens"]!.AsArray().Count);
        Assert.Equal(
            Models.Tokenizer.Encode("one two").Count + Models.Tokenizer.Encode("three").Count,
            (int)whole["usage"]!["prompt_tokens"]!
        );
    }

    [Fact]
    public async Task Chat_WhenMoreIsAskedThanCanBeHeld_ThenItIsRefused()
    {
        _server.Serve(Models.ByChance(Models.Small.Shape with { Context = 4096 }, 1));
        Assert.Equal(
            "n",
            (string?)
                (
                    await Error(
                        """{"model":"stillwatch-house","n":16,"logprobs":true,"top_logprobs":20,"messages":[{"role":"user","content":"x"}]}"""
                    )
                )["param"]
        );
        using var many = await Send("""{"model":"stillwatch-house","prompt":["a","b","c"],"n":16}""", "/v1/completions");
        Assert.Equal(HttpStatusCode.BadRequest, many.StatusCode);
    }

    [Fact]
    public async Task Completion_WhenATokenPromptNamesSpecialTokens_ThenTheyAreRefused()
    {
        _server.Serve(Models.Small);
        using var response = await Send("""{"model":"stillwatch-house","prompt":[2,50,3,4]}""", "/v1/completions");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode); // it would reason in the open
    }

    [Fact]
    public async Task Completion_WhenTextGoesOn_ThenItsFirstSpaceStays()
    {
        _server.Serve(Models.Small);
        _server.Sampler = new Told([Models.Tokenizer.Encode("What")[0]]);
        Assert.Equal(
            " What What",
            (string?)
                (await Json("""{"model":"stillwatch-house","prompt":"So","max_tokens":2}""", "/v1/completions"))["choices"]![0]!["text"]
        );
    }

    [Fact]
    public async Task Stream_WhenTheClientGoes_ThenNoMoreIsMade()
    {
        _server.Serve(Models.Small);
        _server.Sampler = new Told([.. Enumerable.Repeat(Models.Tokenizer.Encode("7")[0], 1_000)], slow: true);
        using (var gone = new CancellationTokenSource())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent(
                    Chat.Replace("\"seed\":5,\"max_tokens\":30", "\"stream\":true", StringComparison.Ordinal),
                    Encoding.UTF8,
                    "application/json"
                ),
            };
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            await (await response.Content.ReadAsStreamAsync(gone.Token)).ReadExactlyAsync(new byte[10], gone.Token);
            await gone.CancelAsync();
        }

        var metrics = "";
        for (
            var i = 0;
            i < 3_000
                && !(
                    metrics.Contains("house_answers{state=\"active\"} 0", StringComparison.Ordinal)
                    && metrics.Contains("house_requests_cancelled_total 1", StringComparison.Ordinal)
                );
            i++
        )
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            metrics = await _client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        }

        Assert.Contains("house_answers{state=\"active\"} 0", metrics);
        Assert.Contains("house_requests_cancelled_total 1", metrics);
        var made = metrics[metrics.IndexOf("kind=\"made\"", StringComparison.Ordinal)..].Split('\n')[0].Split(' ')[1];
        Assert.True(int.Parse(made) < 240, "all tokens were made");
    }

    [Fact]
    public async Task Chat_WhenSixtyFourAskAtOnceAsStreams_ThenEachGetsItsOwnWholeAnswer()
    {
        _server.Serve(Models.Small);
        _server.Sampler = new Wordy();
        string Body(int i) =>
            $$"""{"model":"stillwatch-house","seed":{{i}},"max_tokens":40,"messages":[{"role":"user","content":"question {{i}}"}]}""";
        var alone = new List<string?>();
        for (var i = 0; i < 64; i++)
        {
            alone.Add((string?)(await Json(Body(i)))["choices"]![0]!["message"]!["content"]);
        }

        var together = await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(async i =>
                    string.Concat(
                        (await Stream(Body(i).Replace("\"seed\"", "\"stream\":true,\"seed\"", StringComparison.Ordinal))).Select(one =>
                            (string?)one["choices"]![0]!["delta"]!["content"]
                        )
                    )
                )
        );
        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Chat_WhenTheModelFails_ThenItIsAnErrorThatSaysSo_AndTheNextIsAnswered()
    {
        _server.Serve(Models.Small);
        _server.Sampler = new Broken();
        using var failed = await Send(Chat);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Contains(
            "out of order",
            (string?)JsonNode.Parse(await failed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["message"]
        );
        _server.Sampler = new Wordy();
        Assert.Equal(HttpStatusCode.OK, (await Send(Chat)).StatusCode);
    }

    [Fact]
    public async Task Chat_WhenABodyIsChangedAnywhere_ThenItIsAnsweredOrRefused_AndNeverAFault()
    {
        _server.Serve(Models.Small);
        _server.Sampler = new Wordy();
        const string Whole =
            """{"model":"stillwatch-house","seed":5,"n":2,"max_tokens":2,"temperature":0.5,"top_p":0.9,"stop":["a","b"],"logit_bias":{"20":-5},"logprobs":true,"top_logprobs":2,"presence_penalty":0.1,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"2+2?"}]}]}""";
        Assert.Equal(HttpStatusCode.OK, (await Send(Whole)).StatusCode);
        var random = new Random(6);
        string[] instead = ["null", "-1", "1e99", "\"\"", "[]", "{}", "true", "0", "9999999999", "\"\\u0000\"", "", "\"", "}"];
        var statuses = new Dictionary<HttpStatusCode, int>();
        for (var i = 0; i < 600; i++)
        {
            var at = random.Next(Whole.Length);
            var body = Whole.Remove(at, Math.Min(random.Next(9), Whole.Length - at)).Insert(at, instead[random.Next(instead.Length)]);
            using var response = await Send(body, i % 2 == 0 ? "/v1/chat/completions" : "/v1/completions");
            Assert.True(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotFound,
                $"{(int)response.StatusCode} {body}"
            );
            statuses[response.StatusCode] = statuses.GetValueOrDefault(response.StatusCode) + 1;
        }

        Assert.Equal(3, statuses.Count);
    }

    /// <summary>A sampler with a fault.</summary>
    private sealed class Broken : Sampler
    {
        public override void Adjust(ReadOnlySpan<int> context, Span<float> logits) =>
            throw new InvalidOperationException("The sampler is out of order.");
    }

    /// <summary>A model by chance that never ends by itself.</summary>
    private sealed class Wordy : Sampler
    {
        public override void Adjust(ReadOnlySpan<int> context, Span<float> logits) =>
            logits[..Special.Names.Count].Fill(float.NegativeInfinity);
    }

    /// <summary>A model that says what it is told, whatever it is asked: what a sampler can do to it.</summary>
    private sealed class Told(int[] tokens, bool slow = false) : Sampler
    {
        public override void Adjust(ReadOnlySpan<int> context, Span<float> logits)
        {
            var at = context.Length - context.LastIndexOf(Special.Assistant) - 1;
            logits[tokens[Math.Min(at, tokens.Length - 1)]] = 1_000;
            if (slow)
            {
                Thread.Sleep(50); // all of them would take twelve seconds
            }
        }
    }

    private Task<HttpResponseMessage> Send(string body, string path = "/v1/chat/completions") =>
        _client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    private async Task<JsonNode> Json(string body, string path = "/v1/chat/completions")
    {
        using var response = await Send(body, path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<JsonNode> Error(string body)
    {
        using var response = await Send(body);
        Assert.False(response.IsSuccessStatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!;
    }

    private async Task<List<JsonNode>> Stream(string body)
    {
        using var response = await Send(body);
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split(
            "\n\n",
            StringSplitOptions.RemoveEmptyEntries
        );
        Assert.Equal("data: [DONE]", lines[^1]);
        return [.. lines[..^1].Select(line => JsonNode.Parse(line["data: ".Length..])!)];
    }
}
