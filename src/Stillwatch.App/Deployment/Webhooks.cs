using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Stillwatch.App.Configuration;
using Stillwatch.App.Operation;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Deployment;

/// <summary>
/// Tells customers' own programs that there is a case about them: a post for each notice, signed by Standard Webhooks (HMAC-SHA-256), tried
/// again until it is taken or a week has passed. What was taken is kept in a file, so that a restart tells nothing twice; an id tells the
/// receiver where it happens all the same.
/// </summary>
internal sealed class Webhooks : IDisposable
{
    private const double MostPauseSeconds = 3600;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.5),
        Patience = TimeSpan.FromSeconds(15);

    private readonly IReadOnlyList<WebhookSettings> _endpoints;
    private readonly DecisionStore _decisions;
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Tries, long Next)> _again = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task? _working;
    private Standing? _standing;
    private IReadOnlyList<CustomerEvent> _events = []; // of what stood then
    private bool _failing;

    /// <summary>Prepares it.</summary>
    /// <param name="endpoints">Where notices go.</param>
    /// <param name="decisions">What they are of.</param>
    /// <param name="path">The file of what was taken.</param>
    /// <param name="clock">The present.</param>
    /// <param name="log">Told where it fails.</param>
    public Webhooks(IReadOnlyList<WebhookSettings> endpoints, DecisionStore decisions, string path, TimeProvider clock, ILogger log)
    {
        (_endpoints, _decisions, _path, _clock, _log) = (endpoints, decisions, path, clock, log);
        if (File.Exists(path))
        {
            _taken.UnionWith(File.ReadLines(path));
        }
    }

    /// <summary>Starts it, where there is anybody to tell.</summary>
    public void Start() => _working = _endpoints.Count == 0 ? null : Task.Run(WorkAsync);

    /// <summary>The signature of a message, as the header has it.</summary>
    public static string Sign(byte[] secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, (byte[])[.. head, .. body]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _working?.Wait();
        }
        catch (AggregateException)
        {
            // it was told to stop
        }

        _stop.Dispose();
        _client.Dispose();
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            await Task.Delay(Round, _clock, _stop.Token);
            try
            {
                await RoundAsync();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Fails(fault.Message); // a disk that is full: what was taken is told again, under the same id
            }
        }
    }

    private void Fails(string fault)
    {
        if (!_failing)
        {
            _failing = true;
            _log.StepFails("webhooks", fault);
        }
    }

    private async Task RoundAsync()
    {
        var now = _decisions.Now();
        var week = new EventTime(now.Micros - 7 * EventTime.Day);
        if (!ReferenceEquals(_standing, _decisions.Standing))
        {
            _standing = _decisions.Standing;
            _events = [.. CustomerEvent.Of(_standing)];
        }

        var due = _events
            .Where(one => one.At <= now && one.At > week)
            .SelectMany(one =>
                _endpoints
                    .Where(endpoint => endpoint.Account == null || endpoint.Account == one.Account)
                    .Select(endpoint => (Endpoint: endpoint, Event: one, Key: $"{one.Id} {endpoint.Url}"))
            )
            .Where(one => !_taken.Contains(one.Key))
            .OrderBy(one => one.Event.At)
            .ToList();
        foreach (var (endpoint, notice, key) in due)
        {
            if (_again.TryGetValue(key, out var again) && _clock.GetTimestamp() < again.Next)
            {
                continue;
            }

            if (await PostAsync(endpoint, notice) is { } fault)
            {
                var pause = Math.Min(MostPauseSeconds, Math.Pow(2, again.Tries));
                _again[key] = (again.Tries + 1, _clock.GetTimestamp() + (long)(pause * _clock.TimestampFrequency));
                Fails($"{endpoint.Url.Host}: {fault}");
                continue;
            }

            _again.Remove(key);
            _taken.Add(key);
            await File.AppendAllTextAsync(_path, key + "\n", _stop.Token);
            if (_failing)
            {
                _failing = false;
                _log.StepWorks("webhooks");
            }
        }
    }

    /// <summary>Posts a notice.</summary>
    /// <returns>Why it was not taken; null where it was.</returns>
    private async Task<string?> PostAsync(WebhookSettings endpoint, CustomerEvent notice)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = notice.Id,
                @object = "event",
                created_at = notice.At.Tick,
                type = notice.Type,
                data = new { id = notice.Case.ToString() },
            }
        );
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", notice.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Sign(endpoint.Secret, notice.Id, timestamp, body));
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            return answer.IsSuccessStatusCode ? null : $"it answers {(int)answer.StatusCode}";
        }
        catch (Exception fault)
            when (fault is HttpRequestException || fault is OperationCanceledException && !_stop.IsCancellationRequested)
        {
            return fault.Message;
        }
    }
}
