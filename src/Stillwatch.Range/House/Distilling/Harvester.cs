using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Range.House.Training;

namespace Stillwatch.Range.House.Distilling;

/// <summary>Collects answers over an OpenAI-compatible API: all that a rival gets.</summary>
/// <param name="client">A client of the gateway.</param>
/// <param name="model">The model's name.</param>
/// <param name="logProbabilities">How many likely tokens are asked for beside each; 0 for none.</param>
internal sealed class Harvester(HttpClient client, string model, int logProbabilities)
{
    /// <summary>What came of a request.</summary>
    /// <param name="Exchange">The exchange; null where it was refused.</param>
    /// <param name="Status">The HTTP status.</param>
    public readonly record struct Outcome(CollectedExchange? Exchange, int Status);

    /// <summary>Asks <paramref name="prompt"/> with <paramref name="key"/>, at temperature 0.</summary>
    /// <exception cref="HttpRequestException">There is no connection.</exception>
    public async Task<Outcome> AskAsync(string prompt, string key, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["temperature"] = 0,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
        };
        if (logProbabilities > 0)
        {
            (body["logprobs"], body["top_logprobs"]) = (true, logProbabilities);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request, cancel);
        if (!response.IsSuccessStatusCode)
        {
            return new(null, (int)response.StatusCode);
        }

        return new(Read(prompt, await response.Content.ReadAsByteArrayAsync(cancel)), (int)response.StatusCode);
    }

    /// <summary>What a chat completion's body holds for who asked <paramref name="prompt"/>.</summary>
    public static CollectedExchange Read(string prompt, byte[] body)
    {
        using var answer = JsonDocument.Parse(body);
        var choice = answer.RootElement.GetProperty("choices")[0];
        var message = choice.GetProperty("message");
        var reasoning = message.TryGetProperty("reasoning_content", out var told) ? told.GetString() : null;
        return new CollectedExchange(prompt, reasoning, message.GetProperty("content").GetString() ?? "", Likely(choice));
    }

    private static CollectedToken[]? Likely(JsonElement choice) =>
        choice.TryGetProperty("logprobs", out var told) && told.ValueKind == JsonValueKind.Object
            ?
            [
                .. told.GetProperty("content")
                    .EnumerateArray()
                    .Select(token => Of(token) with { Top = [.. token.GetProperty("top_logprobs").EnumerateArray().Select(Of)] }),
            ]
            : null;

    private static CollectedToken Of(JsonElement token) =>
        new([.. token.GetProperty("bytes").EnumerateArray().Select(one => one.GetByte())], token.GetProperty("logprob").GetSingle(), []);
}
