using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Stillwatch.Accounts;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Gateway.Identify;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway;

/// <summary>
/// What a customer may know of a case about it, with its own API key: <c>GET /v1/safety/cases/CASE</c>, and <c>POST …/appeals</c> to
/// appeal.
/// A case of others, and one that nothing was done under, is as unknown as one that does not exist.
/// </summary>
internal sealed class CustomerCaseEndpoint(GatewayServices services)
{
    /// <summary>What its paths begin with.</summary>
    public const string Prefix = "/v1/safety/cases/";

    private const string Appeals = "/appeals";
    private const int MostBody = 64 * 1024;

    private const int MostPerMinute = 30;

    private readonly Identification _identification = new(services);
    private readonly MeasureRates _rates = new(services.Clock);

    /// <summary>Serves both.</summary>
    public async Task ServeAsync(HttpContext http, GatewayOptions options)
    {
        var id = services.NextId();
        http.Response.Headers["x-request-id"] = id;
        var refusal = _identification.Check(http, options, http.Features.GetRequiredFeature<ClientConnection>(), out var key);
        var path = http.Request.Path.Value![Prefix.Length..];
        var appeals = path.EndsWith(Appeals, StringComparison.Ordinal);
        var customer = refusal == null ? Customer.Of(key) : null;
        refusal ??=
            http.Request.Method != (appeals ? "POST" : "GET")
                ? new Refusal(405, "invalid_request_error", "method_not_allowed", $"{(appeals ? "POST" : "GET")} is wanted here.")
                : null;
        refusal ??= Refuses(key);
        CustomerCase? found = null;
        if (refusal == null)
        {
            found =
                CaseId.TryParse(appeals ? path[..^Appeals.Length] : path, out var about) && services.Cases is { } cases
                    ? cases.Find(about, customer!)
                    : null;
            refusal =
                found == null ? Refusal.NotFound("No case of that reference is about this account.", "case_not_found")
                : appeals ? await AppealAsync(http, found.Case, customer!)
                : null;
            found = refusal == null && appeals ? services.Cases!.Find(found!.Case, customer!) : found;
        }

        if (refusal != null)
        {
            services.Metrics.Refused(refusal.Code ?? refusal.Type);
            await http.Response.Body.WriteAsync(ErrorWriter.Write(http, refusal, WireFormat.Of(Dialect.Chat), id));
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(Body(found!));
    }

    /// <summary>A key that was revoked is in other hands; and nobody asks for a case many times a minute.</summary>
    private Refusal? Refuses(KeyEntry key) =>
        services.Plans.Current.Find(key, null, services.Now(), services.Fingerprints)?.Refusing is { Rung: Rung.RevokeKey }
            ? Refusal.Unauthorized("This API key was revoked. Ask with another key of the account.")
        : _rates.TryTake(key.Account.Name, MostPerMinute) is var wait and > 0
            ? Refusal.Limited("requests", $"Cases may be asked for {MostPerMinute} times a minute. Please try again later.", wait)
        : null;

    private async Task<Refusal?> AppealAsync(HttpContext http, CaseId id, Customer customer)
    {
        if (http.Request.ContentLength > MostBody)
        {
            return new Refusal(
                413,
                "invalid_request_error",
                "request_too_large",
                $"An appeal has at most {Appeal.MostText:N0} characters."
            );
        }

        string? text = null;
        try
        {
            using var body = new MemoryStream();
            var buffer = new byte[8192];
            for (int read; (read = await http.Request.Body.ReadAsync(buffer)) > 0; )
            {
                body.Write(buffer, 0, read);
                if (body.Length > MostBody)
                {
                    return new Refusal(
                        413,
                        "invalid_request_error",
                        "request_too_large",
                        $"An appeal has at most {Appeal.MostText:N0} characters."
                    );
                }
            }

            using var json = JsonDocument.Parse(body.ToArray());
            text =
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("text", out var said)
                && said.ValueKind == JsonValueKind.String
                    ? said.GetString()
                    : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // no JSON, or a lone surrogate
        }

        return string.IsNullOrWhiteSpace(text)
                ? Refusal.Bad("Send a JSON object with 'text': why the decision is wrong, in your words.", "appeal_not_readable")
            : services.Cases!.Appeal(id, customer, text) is { } why ? Refusal.Bad($"The appeal was not taken: {why}.", "appeal_not_taken")
            : null;
    }

    private static byte[] Body(CustomerCase of)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("id", of.Case.ToString());
            json.WriteString("object", "safety.case");
            json.WriteNumber("created_at", of.OpenedAt.Tick);
            json.WriteString("entity_identifier", of.Entity);
            json.WriteString("reason", of.ReasonCodes.Count == 0 ? null : of.ReasonCodes[0]);
            json.WriteStartObject("notice");
            json.WriteString("type", of.Status is "warned" ? "warning" : "deactivation");
            json.WriteEndObject();
            json.WriteString("status", of.Status);
            List(json, "measures", of.Measures);
            List(json, "reason_codes", of.ReasonCodes);
            json.WriteString("deadline", of.Deadline?.ToString());
            json.WriteString("until", of.Until?.ToString());
            List(json, "notices", of.Notices);
            json.WriteStartObject("appeal");
            json.WriteString("status", of.Appeal);
            json.WriteString("answer", of.AppealAnswer);
            json.WriteString("how", of.HowToAppeal);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void List(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
