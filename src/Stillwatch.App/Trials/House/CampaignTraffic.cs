using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.App.Trials.Demos;
using Stillwatch.Range.House.Distilling;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;
using Stillwatch.Range.Scenarios;

namespace Stillwatch.App.Trials.House;

/// <summary>
/// A scenario's requests, put to the house model: what honest customers ask is theirs, what the campaign asks is a seed set of the house's
/// skills. Of everybody alike the model's name is another, answers are short, and what the house model cannot do is not asked, so that a
/// small machine answers; nothing else is changed, and nothing tells the campaign's requests from others but what they ask.
/// </summary>
internal sealed class CampaignTraffic
{
    private const int MostTokens = 128; // of an answer: what a worked product needs
    private const int MostCharacters = 1_500; // of a message
    private const int MostOfAll = 4_000; // of a conversation: the house model's context is short, and the oldest turns go first

    private CampaignTraffic(IReadOnlyList<Request> requests, IReadOnlySet<string> lab) => (Requests, Lab) = (requests, lab);

    /// <summary>A request.</summary>
    /// <param name="Demo">Who sends it, when, and from where.</param>
    /// <param name="Prompt">The seed set's prompt, where it is the campaign's; null otherwise.</param>
    internal sealed record Request(DemoRequest Demo, string? Prompt);

    /// <summary>All of them, in order of time.</summary>
    public IReadOnlyList<Request> Requests { get; }

    /// <summary>The campaign's accounts.</summary>
    public IReadOnlySet<string> Lab { get; }

    /// <summary>Makes them.</summary>
    public static CampaignTraffic Of(Stage stage, ulong seed)
    {
        var lab = stage
            .World.Accounts.Where(account => account.Campaign != null)
            .Select(account => account.Name)
            .ToHashSet(StringComparer.Ordinal);
        var all = DemoRequest.Of(stage).Where(request => request.Path == "/v1/chat/completions").ToList();
        var prompts = new Queue<string>(SeedSet.Of(seed, all.Count(request => lab.Contains(request.Account))));
        return new(
            [
                .. all.Select(request =>
                {
                    var body = JsonNode.Parse(request.Body)!.AsObject();
                    body["model"] = HouseServer.ModelName;
                    body["max_tokens"] = MostTokens;
                    foreach (
                        var field in (string[])
                            [
                                "max_completion_tokens",
                                "stream",
                                "stream_options",
                                "tools",
                                "tool_choice",
                                "response_format",
                                "n",
                                "logprobs",
                                "top_logprobs",
                                "logit_bias",
                            ]
                    )
                    {
                        body.Remove(field);
                    }

                    var prompt = lab.Contains(request.Account) ? prompts.Dequeue() : null;
                    if (prompt != null)
                    {
                        body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt });
                    }

                    Shorten(body["messages"]!.AsArray());

                    return new Request(request with { Body = JsonSerializer.SerializeToUtf8Bytes(body) }, prompt);
                }),
            ],
            lab
        );
    }

    /// <summary>Sends <paramref name="request"/> at its own time, from its own place.</summary>
    /// <returns>The exchange, where it is the campaign's and was answered; and the HTTP status.</returns>
    public static async Task<(CollectedExchange? Exchange, int Status)> SendAsync(
        HttpClient client,
        string gateway,
        Request request,
        string key,
        string token,
        CancellationToken cancel
    )
    {
        using var message = request.Demo.ToHttp(gateway, key, token);
        using var response = await client.SendAsync(message, cancel);
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        return (
            response.IsSuccessStatusCode && request.Prompt != null ? Harvester.Read(request.Prompt, body) : null,
            (int)response.StatusCode
        );
    }

    private static void Shorten(JsonArray messages)
    {
        var all = 0;
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i] is JsonObject one && one["content"] is JsonValue content && content.TryGetValue<string>(out var text))
            {
                text = text.Length > MostCharacters ? text[..MostCharacters] : text;
                all += text.Length;
                one["content"] = text;
            }

            if (all > MostOfAll)
            {
                messages.RemoveAt(i);
            }
        }
    }
}
