using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>The official .NET clients, unchanged but for the base URL: OpenAI's and, on it, Microsoft.Extensions.AI's.</summary>
public sealed class DotNetClientTests
{
    private const string Answer =
        """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";
    private const string Call =
        """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"add","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";

    [Fact]
    public async Task Chat_WhenPlainStreamedWithToolsAndStructured_ThenTheClientHasWhatTheServerSaid()
    {
        await using var live = await LiveDeployment.StartAsync();
        var client = Client(live);
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, Answer);
        Assert.Equal(
            "Hello there.",
            (await client.CompleteChatAsync([new UserChatMessage("hi")], cancellationToken: TestContext.Current.CancellationToken))
                .Value
                .Content[0]
                .Text
        );

        live.Upstream.Answer = http => ScriptedUpstream.Json(http, Call);
        var tool = ChatTool.CreateFunctionTool(
            "add",
            functionParameters: BinaryData.FromString("""{"type":"object","properties":{"a":{"type":"number"}}}""")
        );
        var called = (
            await client.CompleteChatAsync(
                [new UserChatMessage("hi")],
                new ChatCompletionOptions { Tools = { tool } },
                TestContext.Current.CancellationToken
            )
        ).Value;
        Assert.Equal(("add", "{\"a\":1}"), (called.ToolCalls[0].FunctionName, called.ToolCalls[0].FunctionArguments.ToString()));

        live.Upstream.Answer = http =>
            ScriptedUpstream.Json(http, Answer.Replace("Hello there.", "{\\\"a\\\":1}", StringComparison.Ordinal));
        var format = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("x", BinaryData.FromString("""{"type":"object"}"""));
        Assert.Equal(
            "{\"a\":1}",
            (
                await client.CompleteChatAsync(
                    [new UserChatMessage("hi")],
                    new ChatCompletionOptions { ResponseFormat = format },
                    TestContext.Current.CancellationToken
                )
            )
                .Value
                .Content[0]
                .Text
        );

        live.Upstream.Answer = http => ScriptedUpstream.Events(http, Delta("Hel"), Delta("lo"), End, "data: [DONE]\n\n");
        Assert.Equal("Hello", await Streamed(client));

        var abstracted = client.AsIChatClient();
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, Answer);
        Assert.Equal(
            "Hello there.",
            (await abstracted.GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken)).Text
        );
        live.Upstream.Answer = http => ScriptedUpstream.Events(http, Delta("Hel"), Delta("lo"), End, "data: [DONE]\n\n");
        Assert.Equal(
            "Hello",
            string.Concat(
                await abstracted
                    .GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken)
                    .Select(update => update.Text)
                    .ToListAsync(TestContext.Current.CancellationToken)
            )
        );
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(400)]
    public async Task Error_WhenItIsLasting_ThenItIsTypedAndTriedOnce(int status)
    {
        await using var live = await LiveDeployment.StartAsync();
        live.Upstream.Answer = http =>
            ScriptedUpstream.Json(http, """{"error":{"message":"no","type":"t","param":null,"code":"c"}}""", status);
        var fault = await Assert.ThrowsAsync<ClientResultException>(() =>
            Client(live).CompleteChatAsync([new UserChatMessage("hi")], cancellationToken: TestContext.Current.CancellationToken)
        );
        Assert.Equal(status, fault.Status);
        Assert.Single(live.Upstream.Asked);
    }

    [Fact]
    public async Task Error_WhenTheKeyIsWrongOrTheTierDenies_ThenItIsTypedAndNothingIsForwarded()
    {
        await using var live = await LiveDeployment.StartAsync();
        Assert.Equal(
            401,
            (
                await Assert.ThrowsAsync<ClientResultException>(() =>
                    Client(live, "swk_test_nobody")
                        .CompleteChatAsync([new UserChatMessage("hi")], cancellationToken: TestContext.Current.CancellationToken)
                )
            ).Status
        );
        Assert.Equal(
            404,
            (
                await Assert.ThrowsAsync<ClientResultException>(() =>
                    Client(live, model: "nobody")
                        .CompleteChatAsync([new UserChatMessage("hi")], cancellationToken: TestContext.Current.CancellationToken)
                )
            ).Status
        );
        Assert.Empty(live.Upstream.Asked);
    }

    [Fact]
    public async Task Retry_WhenTheServerIsBusyFirst_ThenTheClientWaitsAsItWasToldAndSucceeds()
    {
        await using var live = await LiveDeployment.StartAsync();
        var tries = new List<long>();
        live.Upstream.Answer = http =>
        {
            tries.Add(Environment.TickCount64);
            return tries.Count == 1
                ? ScriptedUpstream.Json(http, """{"error":{"message":"busy","type":"t","param":null,"code":"c"}}""", 429)
                : ScriptedUpstream.Json(http, Answer);
        };
        Assert.Equal(
            "Hello there.",
            (await Client(live).CompleteChatAsync([new UserChatMessage("hi")], cancellationToken: TestContext.Current.CancellationToken))
                .Value
                .Content[0]
                .Text
        );
        // a server that says nothing of when: the gateway says a second, or this client would try again at once
        Assert.InRange(tries[1] - tries[0], 900, 5_000);
    }

    [Fact]
    public async Task Retry_WhenTheServerFails_ThenItIsTriedAgainAndThenTyped()
    {
        await using var live = await LiveDeployment.StartAsync();
        live.Upstream.Answer = http =>
            ScriptedUpstream.Json(http, """{"error":{"message":"oops","type":"server_error","param":null,"code":null}}""", 500);
        Assert.Equal(
            500,
            (
                await Assert.ThrowsAsync<ClientResultException>(() =>
                    Client(live, retries: 1)
                        .CompleteChatAsync([new UserChatMessage("hi")], cancellationToken: TestContext.Current.CancellationToken)
                )
            ).Status
        );
        Assert.Equal(2, live.Upstream.Asked.Count);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("clean")]
    [InlineData("error")]
    public async Task Stream_WhenItIsTruncatedInAnyWay_ThenTheClientSeesAFaultAndNeverAnEnd(string how)
    {
        await using var live = await LiveDeployment.StartAsync();
        live.Upstream.Answer = async http =>
        {
            await ScriptedUpstream.Events(http, Delta("Hel"));
            if (how == "error")
            {
                await ScriptedUpstream.Events(
                    http,
                    "data: {\"error\":{\"message\":\"oops\",\"type\":\"server_error\"}}\n\n",
                    "data: [DONE]\n\n"
                );
            }
            else if (how == "cut")
            {
                http.Abort();
            }
        };
        Assert.NotNull(await Xunit.Record.ExceptionAsync(() => Streamed(Client(live))));
        Assert.NotNull(
            await Xunit.Record.ExceptionAsync(async () =>
                await Client(live)
                    .AsIChatClient()
                    .GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken)
                    .ToListAsync(TestContext.Current.CancellationToken)
            )
        );
    }

    [Fact]
    public async Task Abort_WhenTheClientTimesOutOrGivesUp_ThenItSaysSoAndTheServerIsLetGo()
    {
        await using var live = await LiveDeployment.StartAsync();
        var left = new TaskCompletionSource();
        live.Upstream.Answer = async http =>
        {
            await using var gone = http.RequestAborted.Register(() => left.TrySetResult());
            await left.Task;
        };
        await Assert.ThrowsAnyAsync<Exception>(() =>
            Client(live, timeout: TimeSpan.FromMilliseconds(300), retries: 0)
                .CompleteChatAsync([new UserChatMessage("hi")], cancellationToken: TestContext.Current.CancellationToken)
        );
        await left.Task.WaitAsync(LiveDeployment.Patience, TestContext.Current.CancellationToken);
        await LiveDeployment.Until(() => live.Record() is [var one] && (string?)one["outcome"] == "client_gone");
    }

    private const string End =
        "data: "
        + "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    private static string Delta(string text) =>
        $"data: "
        + $"{{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n";

    private static ChatClient Client(
        LiveDeployment live,
        string? key = null,
        string model = "m",
        int retries = 3,
        TimeSpan? timeout = null
    ) =>
        new(
            model,
            new ApiKeyCredential(key ?? live.Key),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(live.Running.GatewayAddress + "/v1"),
                RetryPolicy = new ClientRetryPolicy(retries),
                NetworkTimeout = timeout,
            }
        );

    private static async Task<string> Streamed(ChatClient client)
    {
        var text = "";
        await foreach (var update in client.CompleteChatStreamingAsync(new UserChatMessage("hi")))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        return text;
    }
}
