using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Gateway.Identify;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway;

/// <summary>
/// Answers which models there are: those that the servers list and the account may use, under the names that clients use.
/// </summary>
internal sealed class ModelList(GatewayServices services)
{
    private readonly Identification _identification = new(services);

    /// <summary>Serves <c>/v1/models</c> and <c>/v1/models/NAME</c>.</summary>
    public async Task ServeAsync(HttpContext http, GatewayOptions options)
    {
        var id = services.NextId();
        var anthropic = http.Request.Headers.ContainsKey("anthropic-version");
        http.Response.Headers["x-request-id"] = id;
        if (anthropic)
        {
            http.Response.Headers["request-id"] = id;
        }

        var refusal = _identification.Check(http, options, http.Features.GetRequiredFeature<ClientConnection>(), out var key);
        var wanted = http.Request.Path.Value!.Length > "/v1/models/".Length ? http.Request.Path.Value["/v1/models/".Length..] : null;
        var models =
            refusal == null
                ? Models(options)
                    .Where(model =>
                        key.Account.Tier.Allows(model.Key)
                        && !ReleaseEnforcement.Withholds(services, model.Key, key.Account)
                        && !ReleaseEnforcement.Withholds(services, options.ModelNames.GetValueOrDefault(model.Key, model.Key), key.Account)
                        && (wanted == null || wanted == model.Key)
                    )
                    .OrderBy(model => model.Key, StringComparer.Ordinal)
                    .ToList()
                : [];
        refusal ??=
            wanted != null && models.Count == 0 ? Refusal.NotFound($"The model '{wanted}' does not exist.", "model_not_found") : null;
        if (refusal != null)
        {
            services.Metrics.Refused(refusal.Code ?? refusal.Type);
            await http.Response.Body.WriteAsync(
                ErrorWriter.Write(http, refusal, WireFormat.Of(anthropic ? Dialect.Messages : Dialect.Models), id)
            );
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(Body(models, wanted != null, anthropic));
    }

    private Dictionary<string, byte[]> Models(GatewayOptions options)
    {
        var models = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var upstream in services.Upstreams.All)
        {
            foreach (var (name, body) in upstream.Listed)
            {
                if (upstream.Serves(name))
                {
                    models.TryAdd(name, body);
                }
            }

            foreach (var name in upstream.Options.Models.Where(name => !name.EndsWith('*')))
            {
                models.TryAdd(name, []);
            }
        }

        foreach (var (alias, name) in options.ModelNames)
        {
            models[alias] = models.GetValueOrDefault(name, []);
        }

        return models;
    }

    private static byte[] Body(List<KeyValuePair<string, byte[]>> models, bool one, bool anthropic)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(output);
        if (!one)
        {
            json.WriteStartObject();
            if (!anthropic)
            {
                json.WriteString("object", "list");
            }

            json.WriteStartArray("data");
        }

        foreach (var (name, body) in models)
        {
            Model(json, name, body, anthropic);
        }

        if (!one)
        {
            json.WriteEndArray();
            if (anthropic)
            {
                json.WriteBoolean("has_more", value: false);
                json.WriteString("first_id", models.Count > 0 ? models[0].Key : null);
                json.WriteString("last_id", models.Count > 0 ? models[^1].Key : null);
            }

            json.WriteEndObject();
        }

        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void Model(Utf8JsonWriter json, string name, byte[] body, bool anthropic)
    {
        var created = 0L;
        var owner = "upstream";
        var display = name;
        if (body.Length > 0)
        {
            using var parsed = JsonDocument.Parse(body);
            created =
                parsed.RootElement.TryGetProperty("created", out var at)
                && at.ValueKind == JsonValueKind.Number
                && at.TryGetInt64(out var seconds)
                    ? seconds
                : parsed.RootElement.TryGetProperty("created_at", out var made)
                && made.ValueKind == JsonValueKind.String
                && made.TryGetDateTimeOffset(out var time)
                    ? time.ToUnixTimeSeconds()
                : 0;
            display =
                parsed.RootElement.TryGetProperty("display_name", out var shown) && shown.ValueKind == JsonValueKind.String
                    ? shown.GetString()!
                    : display;
            owner =
                parsed.RootElement.TryGetProperty("owned_by", out var by) && by.ValueKind == JsonValueKind.String ? by.GetString()! : owner;
        }

        json.WriteStartObject();
        json.WriteString("id", name);
        if (anthropic)
        {
            json.WriteString("type", "model");
            json.WriteString("display_name", display);
            json.WriteString("created_at", DateTimeOffset.UnixEpoch.AddSeconds(created).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        }
        else
        {
            json.WriteString("object", "model");
            json.WriteNumber("created", created);
            json.WriteString("owned_by", owner);
        }

        json.WriteEndObject();
    }
}
