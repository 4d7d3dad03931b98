using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway;

/// <summary>
/// What Kestrel lets through and other servers may read in another way (docs/formats/http.md): it is refused, so that client, gateway, watch and model
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

            if (headers.ContainsKey("Content-Length") || http.Request.Protocol == "HTTP/1.0")
            {
                return Refusal.Bad("Content-Length and Transfer-Encoding exclude each other.");
            }
        }

        if (headers.TryGetValue("Content-Length", out StringValues length) && length.Count > 0 && length[0] is { Length: > 0 } text && !char.IsAsciiDigit(text[0]))
        {
            return Refusal.Bad("Content-Length is no number.");
        }

        return headers.ContentEncoding.Count > 0 && !headers.ContentEncoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? new Refusal(415, "invalid_request_error", "unsupported_encoding", "A request with a Content-Encoding is not taken: send it plain.")
            : null;
    }
}
