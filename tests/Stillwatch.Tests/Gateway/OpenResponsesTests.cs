using System.Net;
using System.Text.Json;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// What the Open Responses compliance suite (specification 2026-04-24) sends over HTTP and checks, read and written anew: through the
/// gateway, with the stand-in behind it. Not its WebSocket, which no gateway could record, nor compaction, which would be kept at the
/// server. docs/gateway.md has the table.
/// </summary>
public sealed class OpenResponsesTests : IAsyncDisposable
{
    private const string Hello = """{"type":"message","role":"user","content":"Say hello in exactly 3 words."}""";
    private const string Weather =
        """{"type":"function","name":"get_weather","description":"Get the current weather for a location","parameters":{"type":"object","properties":{"location":{"type":"string"}},"required":["location"]}}""";
    private const string Picture =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";

    // A name, and what it may be: s text, i whole number, n number, b truth, a list, o object, ? null as well.
    private const string Resource =
        "id:s object:s created_at:i completed_at:i? status:s incomplete_details:o? model:s previous_response_id:s? instructions:s? "
        + "output:a error:o? tools:a tool_choice:so truncation:s "
        + "parallel_tool_calls:b text:o top_p:n presence_penalty:n frequency_penalty:n top_logprobs:i temperature:n reasoning:o? "
        + "usage:o? max_output_tokens:i? max_tool_calls:i? store:b "
        + "background:b service_tier:s metadata:o safety_identifier:s? prompt_cache_key:s?";

    private static readonly Dictionary<string, string> Events = new(StringComparer.Ordinal)
    {
        ["response.created"] = "response:o",
        ["response.in_progress"] = "response:o",
        ["response.completed"] = "response:o",
        ["response.failed"] = "response:o",
        ["response.output_item.added"] = "output_index:i item:o",
        ["response.output_item.done"] = "output_index:i item:o",
        ["response.content_part.added"] = "item_id:s output_index:i content_index:i part:o",
        ["response.content_part.done"] = "item_id:s output_index:i content_index:i part:o",
        ["response.output_text.delta"] = "item_id:s output_index:i content_index:i delta:s",
        ["response.output_text.done"] = "item_id:s output_index:i content_index:i text:s",
        ["response.function_call_arguments.delta"] = "item_id:s output_index:i delta:s",
        ["response.function_call_arguments.done"] = "item_id:s output_index:i arguments:s",
    };

    private StandInServer? _standIn;
    private LiveDeployment? _live;

    [Theory]
    [InlineData("basic-response", $$"""{"model":"m","input":[{{Hello}}]}""", "message")]
    [InlineData(
        "assistant-phase",
        """{"model":"m","input":[{"type":"message","role":"assistant","phase":"commentary","content":"I should answer with the saved number."},{"type":"message","role":"assistant","phase":"final_answer","content":"The number is four."},{"type":"message","role":"user","content":"Repeat only the number."}]}""",
        "message"
    )]
    [InlineData(
        "system-prompt",
        """{"model":"m","input":[{"type":"message","role":"system","content":"You are a pirate. Always respond in pirate speak."},{"type":"message","role":"user","content":"Say hello."}]}""",
        "message"
    )]
    [InlineData(
        "tool-calling",
        $$"""{"model":"m","input":[{"type":"message","role":"user","content":"What's the weather like in San Francisco?"}],"tools":[{{Weather}}]}""",
        "function_call"
    )]
    [InlineData(
        "image-input",
        $$"""{"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"What do you see?"},{"type":"input_image","image_url":"{{Picture}}"}]}]}""",
        "message"
    )]
    [InlineData(
        "multi-turn",
        """{"model":"m","input":[{"type":"message","role":"user","content":"My name is Alice."},{"type":"message","role":"assistant","content":"Hello Alice! How can I help you today?"},{"type":"message","role":"user","content":"What is my name?"}]}""",
        "message"
    )]
    public async Task Response_WhenASuitesRequestIsSent_ThenTheAnswerIsAResponseResource(string test, string request, string item)
    {
        var live = await StartAsync();
        using var answer = await live.Send("/v1/responses", request);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, test);
        Assert.Contains("application/json", answer.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Whole(body.RootElement, "completed");
        Assert.Contains(body.RootElement.GetProperty("output").EnumerateArray(), one => one.GetProperty("type").ValueEquals(item));
    }

    [Theory]
    [InlineData($$"""{"model":"m","input":[{"type":"message","role":"user","content":"Count from 1 to 5."}],"stream":true}""")]
    [InlineData(
        $$"""{"model":"m","input":[{"type":"message","role":"user","content":"What's the weather like in San Francisco?"}],"tools":[{{Weather}}],"stream":true}"""
    )]
    public async Task Stream_WhenASuitesRequestIsSent_ThenEveryEventIsOneOfTheSpecificationAndTheLastCarriesTheResponse(string request)
    {
        var live = await StartAsync();
        using var answer = await live.Send("/v1/responses", request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var stream = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var last = "";
        var number = -1;
        foreach (
            var one in stream
                .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Where(one => !one.EndsWith("[DONE]", StringComparison.Ordinal))
        )
        {
            var lines = one.Split('\n');
            using var data = JsonDocument.Parse(
                Assert.Single(lines, line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..]
            );
            last = data.RootElement.GetProperty("type").GetString()!;
            Assert.Contains($"event: {last}", lines);
            Shape(data.RootElement, Events[last] + " sequence_number:i", last);
            Assert.Equal(++number, data.RootElement.GetProperty("sequence_number").GetInt32());
            if (data.RootElement.TryGetProperty("response", out var response))
            {
                Whole(response, last == "response.completed" ? "completed" : "in_progress");
            }
        }

        Assert.Equal("response.completed", last);
    }

    [Theory]
    [InlineData("/v1/responses", """{"input":"no model"}""", HttpStatusCode.BadRequest)]
    [InlineData(
        "/v1/responses",
        """{"model":"m","input":"x","previous_response_id":"resp_openresponses_missing_1"}""",
        HttpStatusCode.NotFound
    )]
    [InlineData("/v1/responses/compact", """{"model":"m","input":[]}""", HttpStatusCode.NotFound)]
    public async Task Refusal_WhenASuitesRequestCannotBeServed_ThenItHasTheSpecificationsForm(
        string path,
        string request,
        HttpStatusCode status
    )
    {
        var live = await StartAsync();
        using var answer = await live.Send(path, request);
        Assert.Equal(status, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Shape(body.RootElement.GetProperty("error"), "message:s type:s param:s? code:s?", "error");
    }

    public async ValueTask DisposeAsync()
    {
        if (_live != null)
        {
            await _live.DisposeAsync();
        }

        if (_standIn != null)
        {
            await _standIn.DisposeAsync();
        }
    }

    private async Task<LiveDeployment> StartAsync()
    {
        _standIn = await StandInServer.StartAsync(Answers.None, 0, Pace.None, TestContext.Current.CancellationToken);
        using var folder = new LogFolder();
        var config = folder.Write("c.yaml", $"upstreams: [ {{ url: {_standIn.Address}, models: ['*'] }} ]\n");
        return _live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
    }

    private static void Whole(JsonElement response, string status)
    {
        Shape(response, Resource, "response");
        Assert.Equal(("response", status), (response.GetProperty("object").GetString(), response.GetProperty("status").GetString()));
        foreach (var item in response.GetProperty("output").EnumerateArray())
        {
            Shape(
                item,
                item.GetProperty("type").ValueEquals("message")
                    ? "id:s status:s role:s content:a"
                    : "id:s call_id:s name:s arguments:s status:s",
                "item"
            );
        }

        foreach (var tool in response.GetProperty("tools").EnumerateArray())
        {
            Shape(tool, "type:s name:s description:s? parameters:o? strict:b?", "tool");
        }

        if (response.GetProperty("usage") is { ValueKind: JsonValueKind.Object } usage)
        {
            Shape(usage, "input_tokens:i output_tokens:i total_tokens:i input_tokens_details:o output_tokens_details:o", "usage");
        }

        Shape(response.GetProperty("text").GetProperty("format"), "type:s", "format");
    }

    private static void Shape(JsonElement value, string shape, string what)
    {
        foreach (var (name, kinds) in shape.Split(' ').Select(field => (field.Split(':')[0], field.Split(':')[1])))
        {
            Assert.True(value.TryGetProperty(name, out var field), $"{what} has no {name}: {value}");
            var kind = field.ValueKind switch
            {
                JsonValueKind.String => "s",
                JsonValueKind.Number => field.TryGetInt64(out _) ? "i" : "n",
                JsonValueKind.True or JsonValueKind.False => "b",
                JsonValueKind.Array => "a",
                JsonValueKind.Object => "o",
                _ => "?",
            };
            Assert.True(
                kinds.Contains(kind, StringComparison.Ordinal) || kind == "i" && kinds.Contains('n', StringComparison.Ordinal),
                $"{what}.{name} is {field}, not {kinds}"
            );
        }
    }
}
