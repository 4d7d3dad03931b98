using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Identify;

/// <summary>
/// What a replay says of an exchange that happened earlier. Believed from loopback, with the administration's token, where the gateway was
/// started so.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Client">Where it came from.</param>
/// <param name="LatencyMs">How long it took; null where the log does not say.</param>
internal sealed record ReplayHeaders(string? Id, EventTime? At, ClientFacts? Client, int? LatencyMs)
{
    /// <summary>The names of the headers.</summary>
    public const string TokenName = "x-stillwatch-replay-token",
        IdName = "x-stillwatch-replay-id",
        TimeName = "x-stillwatch-replay-time",
        ClientName = "x-stillwatch-replay-client",
        LatencyName = "x-stillwatch-replay-latency-ms";

    /// <summary>Reads the headers; null where they are not there or not to be believed.</summary>
    public static ReplayHeaders? Read(HttpContext http, string token)
    {
        var headers = http.Request.Headers;
        string? given = headers[TokenName];
        if (
            given == null
            || http.Connection.RemoteIpAddress is not { } address
            || !IPAddress.IsLoopback(address)
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token))
        )
        {
            return null;
        }

        string? time = headers[TimeName];
        return new ReplayHeaders(
            headers[IdName],
            time != null && Rfc3339.TryParse(Encoding.UTF8.GetBytes(time), out var at) ? at : null,
            Facts(headers[ClientName]),
            int.TryParse(headers[LatencyName], out var latency) ? latency : null
        );
    }

    private static ClientFacts? Facts(string? json)
    {
        if (json == null)
        {
            return default(ClientFacts);
        }

        try
        {
            using var parsed = JsonDocument.Parse(json);
            var client = parsed.RootElement;
            return new ClientFacts(
                Text(client, "ip"),
                client.TryGetProperty("asn", out var asn) && asn.TryGetUInt32(out var number) ? number : 0,
                Text(client, "country"),
                Text(client, "user_agent"),
                Text(client, "tls")
            );
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return default(ClientFacts);
        }
    }

    private static string? Text(JsonElement client, string name) =>
        client.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
