using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Arrive;

/// <summary>
/// What Kestrel lets through and other servers may read in another way: it is refused, so that client, gateway, watch and model
/// server always mean the same request.
/// </summary>
internal static class Strictness
{
    /// <summary>Why a request is not taken; null where it is.</summary>
    public static Refusal? Refuses(HttpContext http, GatewayServices services)
    {
        _ = services;
        var headers = http.Request.Headers;
        if (headers.TransferEncoding is { Count: > 0 } encoding)
        {
            if (encoding.Count > 1 || !string.Equals(encoding[0], "chunked", StringComparison.OrdinalIgnoreCase))
            {
                return Refusal.Bad("Transfer-Encoding other than 'chunked' is not taken.");
            }

            // The server takes a length beside an encoding away, and keeps it under this name.
            if (headers.ContainsKey("X-Content-Length") || http.Request.Protocol == "HTTP/1.0")
            {
                return Refusal.Bad("Content-Length and Transfer-Encoding exclude each other.");
            }
        }

        return
            headers.ContentEncoding.Count > 0 && !headers.ContentEncoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? new Refusal(
                415,
                "invalid_request_error",
                "unsupported_encoding",
                "A request with a Content-Encoding is not taken: send it plain."
            )
            : null;
    }
}
