using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;

namespace Stillwatch.Console.Desk;

/// <summary>
/// The HTTP API of cases, countermeasures, the policy, releases and people: what stands is read under names of its own, and everything that
/// is decided goes through one door, <c>POST /api/decisions</c>, where the roles are looked at and the record is written.
/// </summary>
internal sealed class DeskEndpoints(IDesk desk)
{
    private const int MostBody = 16 << 20,
        MostListed = 10_000;

    /// <summary>Maps the paths.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/decisions", (Delegate)DecideAsync);
        app.MapGet("/api/cases", (bool? all) => Json(CaseViews.List(desk.Standing, all ?? false)));
        app.MapGet("/api/cases/{id}", (string id) =>
            Found(CaseId.TryParse(id, out var about) ? CaseViews.Of(desk.Standing, about) : null, "case", id)
        );
        app.MapGet("/api/measures", (bool? all) => Json(CaseViews.Measures(desk.Standing, all ?? false, desk.Now())));
        app.MapGet("/api/measures/{id}", (string id) =>
            Found(MeasureId.TryParse(id, out var measure) ? desk.Standing.Measures.GetValueOrDefault(measure) : null, "measure", id)
        );
        app.MapGet("/api/policy", () => Json(desk.Standing.Policy));
        app.MapGet("/api/policy/{version:int}", (int version) => Found(
                version == desk.Standing.Policy.Version ? desk.Standing.Policy
                    : desk.Standing.Policies.TryGetValue(version, out var proposed) ? proposed.Policy
                    : null,
                "policy of version",
                version.ToString(CultureInfo.InvariantCulture)
            ));
        app.MapPost("/api/policy/preview", PreviewAsync);
        app.MapGet("/api/releases", () =>
            Json(new { desk.Standing.Gates, Releases = desk.Standing.Releases.Values.OrderBy(one => one.ProposedAt) })
        );
        app.MapGet("/api/people", () => Json(
                desk.Standing.People.Values.Select(person => new
                {
                    person.Name,
                    Roles = RoleWords.Of(person.Roles),
                    person.IsActive,
                    Tokens = person.Tokens.Count,
                })
            ));
        app.MapGet("/api/audit", (long? after) => Json(desk.Read(after ?? 0).Take(MostListed)));
        app.MapGet("/api/enforcement-report", ReportAsync);
    }

    private async Task<IResult> PreviewAsync(HttpContext http, int? days)
    {
        var policy = desk.Standing.Policy;
        if (http.Request.ContentLength is not (null or 0) || http.Request.Headers.TransferEncoding.Count > 0)
        {
            var body = await BodyAsync(http);
            if (body == null)
            {
                return TooLarge();
            }

            try
            {
                policy = DecisionJson.ReadPolicy(body);
            }
            catch (FormatException fault)
            {
                return Refused(StatusCodes.Status400BadRequest, fault.Message);
            }
        }

        return Json(await desk.PreviewAsync(policy, Math.Clamp(days ?? 30, 1, 36)));
    }

    private async Task<IResult> ReportAsync(HttpContext http, string? from, string? until)
    {
        var end = desk.Now();
        if (until != null && !TryTime(until, out end))
        {
            return Refused(StatusCodes.Status400BadRequest, $"until={until}: a time such as 2026-11-28T00:00:00Z is wanted");
        }

        var begin = new EventTime(end.Micros - 30 * EventTime.Day);
        if (from != null && !TryTime(from, out begin))
        {
            return Refused(StatusCodes.Status400BadRequest, $"from={from}: a time such as 2026-11-28T00:00:00Z is wanted");
        }

        var report = await desk.ReportAsync(begin, end);
        return http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? Results.Content(EnforcementReportPage.Of(report), "text/html; charset=utf-8")
            : Json(report);
    }

    /// <summary>
    /// Takes <c>{"reason": …, "decisions": [{"kind": …, …}, …]}</c>: all, or none. Ids and times that a decision makes anew may be left
    /// out.
    /// </summary>
    private async Task<IResult> DecideAsync(HttpContext http)
    {
        var caller = (Caller)http.Items[typeof(Caller)]!;
        if (await BodyAsync(http) is not { } body)
        {
            return TooLarge();
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("decisions", out var list)
                || list.ValueKind != JsonValueKind.Array
                || list.GetArrayLength() == 0
            )
            {
                return Refused(
                    StatusCodes.Status400BadRequest,
                    "an object with 'decisions', a list of objects with 'kind', is wanted, and 'reason'"
                );
            }

            var reason = root.TryGetProperty("reason", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString()! : "";
            List<Decision> decisions = [];
            foreach (var one in list.EnumerateArray())
            {
                var node =
                    JsonNode.Parse(one.GetRawText()) as JsonObject ?? throw new FormatException("a decision is an object with 'kind'");
                await Drafting.CompleteAsync(node, desk);
                decisions.Add(DecisionJson.Read<Decision>(JsonSerializer.SerializeToUtf8Bytes(node)));
            }

            return Json(desk.Decide(caller.Name, reason, decisions));
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            return Refused(StatusCodes.Status400BadRequest, fault.Message);
        }
        catch (DecisionRefusedException refused)
        {
            return Refused(StatusCodes.Status409Conflict, refused.Message);
        }
    }

    private static async Task<byte[]?> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer)) > 0; )
        {
            body.Write(buffer, 0, read);
            if (body.Length > MostBody)
            {
                return null;
            }
        }

        return body.ToArray();
    }

    private static bool TryTime(string text, out EventTime at) => Rfc3339.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out at);

    private static IResult TooLarge() =>
        Refused(StatusCodes.Status413PayloadTooLarge, $"more than {MostBody:N0} bytes are not taken at once");

    private static IResult Found(object? value, string what, string id) =>
        value == null ? Refused(StatusCodes.Status404NotFound, $"there is no {what} {id}") : Json(value);

    private static IResult Refused(int status, string why) => Results.Json(new { error = why }, statusCode: status);

    private static IResult Json(object value) => Results.Json(value, DecisionJson.Indented);
}
