using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.App.Configuration;

namespace Stillwatch.App.Verbs.Desk;

/// <summary>
/// The API of a running deployment, for verbs of people: they decide through the same door as everybody, and as the person whose token is
/// given.
/// </summary>
internal sealed class DeskClient : IDisposable
{
    /// <summary>The variable that has a person's token.</summary>
    public const string TokenVariable = "STILLWATCH_TOKEN";

    private readonly HttpClient _client;

    /// <summary>Prepares it.</summary>
    /// <param name="data">The data folder of the deployment; null for the default one.</param>
    /// <param name="console">The console's address; null for the one that runs on the data folder.</param>
    /// <exception cref="UnusableInputException">Nothing runs there.</exception>
    public DeskClient(string? data, string? console)
    {
        var token = Environment.GetEnvironmentVariable(TokenVariable);
        if (console == null || token == null)
        {
            var folder = DataFolder.Existing(data);
            token ??= folder.Token();
            console ??=
                folder.IsTaken && File.Exists(folder.Address)
                    ? File.ReadAllText(folder.Address).Trim()
                    : throw new UnusableInputException(
                        $"nothing runs on {folder.Path}: start it with ./stillwatch up, or name --console URL"
                    );
        }

        if (!Uri.TryCreate(console, UriKind.Absolute, out var address))
        {
            throw new UnusableInputException($"--console {console}: an address such as http://127.0.0.1:8081 is wanted");
        }

        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(100),
        };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Reads what stands under a path.</summary>
    /// <exception cref="UnusableInputException">It is refused, and why.</exception>
    public Task<string> GetAsync(string path, CancellationToken cancel, string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept != null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        return SendAsync(request, cancel);
    }

    /// <summary>Sends a body to a path.</summary>
    /// <exception cref="UnusableInputException">It is refused, and why.</exception>
    public Task<string> PostAsync(string path, string json, CancellationToken cancel) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") },
            cancel
        );

    /// <summary>Takes decisions in one piece.</summary>
    /// <returns>They, as they are on record.</returns>
    /// <exception cref="UnusableInputException">One is refused, and why.</exception>
    public async Task<JsonArray> DecideAsync(string reason, IEnumerable<JsonObject> decisions, CancellationToken cancel)
    {
        var body = new JsonObject { ["reason"] = reason, ["decisions"] = new JsonArray([.. decisions]) };
        return (JsonArray)JsonNode.Parse(await PostAsync("/api/decisions", body.ToJsonString(), cancel))!;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            using var answer = await _client.SendAsync(request, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            return answer.IsSuccessStatusCode
                ? text
                : throw new UnusableInputException(
                    (int)answer.StatusCode == 401
                        ? $"the token is nobody's: set {TokenVariable} to one that ./stillwatch people token gave"
                        : Why(text)
                );
        }
        catch (HttpRequestException fault)
        {
            throw new UnusableInputException($"{_client.BaseAddress}: {fault.Message}");
        }
        finally
        {
            request.Dispose();
        }
    }

    private static string Why(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["error"]?.ToString() ?? text.Trim();
        }
        catch (JsonException)
        {
            return text.Trim();
        }
    }
}
