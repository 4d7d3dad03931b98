using Microsoft.AspNetCore.Http;
using Stillwatch.Accounts;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Identify;

/// <summary>2. identify: whose key it is, by the head alone.</summary>
internal sealed class Identification(GatewayServices services)
{
    /// <summary>Why the sender is not known; null where it is. The exchange gets its key.</summary>
    public Refusal? Check(Exchange exchange)
    {
        var refusal = Check(exchange.Http, exchange.Options, exchange.Client, out var key);
        exchange.Key = refusal == null ? key : null;
        return refusal;
    }

    /// <summary>Why the sender of a request is not known; null where it is.</summary>
    /// <param name="http">The request.</param>
    /// <param name="options">The options in force.</param>
    /// <param name="connection">What is remembered of the client's connection.</param>
    /// <param name="key">The sender's key.</param>
    public Refusal? Check(HttpContext http, GatewayOptions options, ClientConnection connection, out KeyEntry key)
    {
        var (refusal, identity) = Find(http.Request.Headers, options, connection, out key);
        if (refusal == null && !key.IsTakenFrom(key.Addresses.Count == 0 ? null : ClientReader.AddressOf(http, options)))
        {
            services.Refused.Say(
                "address_not_allowed",
                key.Id,
                key.Account.Name,
                services.Clients.Of(http, options).Ip,
                http.Request.Path.Value ?? ""
            );
            return Refusal.Forbidden(
                "This API key is not taken from this address. Whoever made the key can tell from which it is.",
                "address_not_allowed"
            );
        }

        if (refusal is { Status: 401 or 403 })
        {
            var known = identity is Identity.Revoked or Identity.Expired or Identity.Suspended;
            var reason = known ? $"{identity.ToString().ToLowerInvariant()}_key" : refusal.Code!;
            services.Refused.Say(
                reason,
                known ? key.Id : ApiKey.IdOf(Token(http.Request.Headers).ToString()),
                known ? key.Account.Name : null,
                services.Clients.Of(http, options).Ip,
                http.Request.Path.Value ?? ""
            );
        }

        return refusal;
    }

    private (Refusal? Refusal, Identity Identity) Find(
        IHeaderDictionary headers,
        GatewayOptions options,
        ClientConnection connection,
        out KeyEntry key
    )
    {
        key = null!;
        var token = Token(headers);
        if (token.IsEmpty)
        {
            return (
                Refusal.Unauthorized(
                    "You did not provide an API key: send it as 'Authorization: Bearer swk_…', 'x-api-key' or 'x-goog-api-key'."
                ),
                Identity.Malformed
            );
        }

        if (FailurePolicies.Store(services, options) is { } unavailable)
        {
            return (unavailable, Identity.Unknown);
        }

        var identity = connection.Find(services.Directory.Current, token, services.Now(), out key);
        return (
            identity switch
            {
                Identity.Known => null,
                Identity.Expired => Refusal.Unauthorized("This API key has expired."),
                Identity.Suspended => Refusal.Forbidden(
                    "This account is suspended. Whoever runs this service can tell why and take an appeal.",
                    "account_suspended"
                ),
                Identity.Malformed => Refusal.Unauthorized(
                    "Incorrect API key provided: it is not whole (a key begins with 'swk_' and ends with a checksum)."
                ),
                _ => Refusal.Unauthorized("Incorrect API key provided."),
            },
            identity
        );
    }

    private static ReadOnlySpan<char> Token(IHeaderDictionary headers)
    {
        if (headers["x-api-key"] is { Count: 1 } key)
        {
            return key[0].AsSpan().Trim();
        }

        if (headers["x-goog-api-key"] is { Count: 1 } google)
        {
            return google[0].AsSpan().Trim();
        }

        string? authorization = headers.Authorization;
        return authorization != null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? authorization.AsSpan(7).Trim()
            : default;
    }
}
