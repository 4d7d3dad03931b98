using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Surface;

/// <summary>Writes refusals in the shape that the caller's library understands.</summary>
internal static class ErrorWriter
{
    /// <summary>The body of an error.</summary>
    public static byte[] Body(Refusal refusal, Dialect dialect, string id)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            if (IsAnthropic(dialect))
            {
                json.WriteString("type", "error");
                json.WriteStartObject("error");
                json.WriteString("type", refusal.AnthropicType);
                json.WriteString("message", refusal.Message);
                json.WriteEndObject();
                json.WriteString("request_id", id);
            }
            else
            {
                json.WriteStartObject("error");
                json.WriteString("message", refusal.Message);
                json.WriteString("type", refusal.Type);
                json.WriteNull("param");
                json.WriteString("code", refusal.Code);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The event that tells a stream's reader of an error. The connection is cut behind it: not every library believes the event alone.</summary>
    public static byte[] Event(Refusal refusal, Dialect dialect, string id)
    {
        if (dialect == Dialect.Responses)
        {
            var output = new ArrayBufferWriter<byte>(256);
            using (var json = new Utf8JsonWriter(output))
            {
                json.WriteStartObject();
                json.WriteString("type", "error");
                json.WriteString("code", refusal.Code);
                json.WriteString("message", refusal.Message);
                json.WriteNull("param");
                json.WriteEndObject();
            }

            return [.. "\n\nevent: error\ndata: "u8, .. output.WrittenSpan, .. "\n\n"u8];
        }

        return IsAnthropic(dialect)
            ? [.. "\n\nevent: error\ndata: "u8, .. Body(refusal, dialect, id), .. "\n\n"u8]
            : [.. "\n\ndata: "u8, .. Body(refusal, dialect, id), .. "\n\n"u8];
    }

    /// <summary>Answers with <paramref name="refusal"/>.</summary>
    /// <returns>The body that was written.</returns>
    public static byte[] Write(HttpContext http, Refusal refusal, Dialect dialect, string id)
    {
        var response = http.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
        if (refusal.RetryAfter > 0)
        {
            // Whole seconds and milliseconds say the same: libraries read one or the other.
            response.Headers.RetryAfter = refusal.RetryAfter.ToString();
            response.Headers["retry-after-ms"] = (refusal.RetryAfter * 1000).ToString();
        }
        else
        {
            response.Headers["x-should-retry"] = "false";
        }

        var body = Body(refusal, dialect, id);
        response.ContentLength = body.Length;
        return body;
    }

    /// <summary>Whether the caller speaks Anthropic's dialect.</summary>
    public static bool IsAnthropic(Dialect dialect) => dialect is Dialect.Messages or Dialect.CountTokens;
}
