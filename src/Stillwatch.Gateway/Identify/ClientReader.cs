using System.Net;
using MaxMind.Db;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Identify;

/// <summary>
/// Where a request comes from: the connection's address, or what a trusted proxy says it is; the network and country where a database
/// tells.
/// </summary>
internal sealed class ClientReader : IDisposable
{
    private readonly Reader? _asn;
    private readonly Reader? _country;

    /// <summary>Opens the databases that are configured.</summary>
    /// <exception cref="IOException">One cannot be opened.</exception>
    public ClientReader(string? asn, string? country)
    {
        _asn = Open(asn);
        _country = Open(country);
    }

    /// <summary>Whether countries are known.</summary>
    public bool HasCountry => _country != null;

    /// <summary>The client's facts.</summary>
    public ClientFacts Of(HttpContext http, GatewayOptions options)
    {
        var address = Nearest(http);
        var tls =
            http.Request.IsHttps && http.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Ja4.Item, out var ja4) == true
                ? ja4 as string
                : null;
        if (address != null && options.TrustedProxies.Count > 0 && Trusted(address, options))
        {
            tls = http.Request.Headers["X-JA4"] is { Count: 1 } header && header[0] is { Length: <= 64 } value ? value : tls;
            address = Forwarded(http.Request.Headers["X-Forwarded-For"].ToString(), address, options);
        }

        return new ClientFacts(
            address?.ToString(),
            Asn(address),
            Country(address),
            http.Request.Headers.UserAgent is { Count: > 0 } agent ? Cut(agent.ToString()) : null,
            tls
        );
    }

    /// <summary>The client's address: the connection's, or what a trusted proxy says it is.</summary>
    public static IPAddress? AddressOf(HttpContext http, GatewayOptions options)
    {
        var address = Nearest(http);
        return address != null && options.TrustedProxies.Count > 0 && Trusted(address, options)
            ? Forwarded(http.Request.Headers["X-Forwarded-For"].ToString(), address, options)
            : address;
    }

    private static IPAddress? Nearest(HttpContext http) =>
        http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress;

    /// <inheritdoc/>
    public void Dispose()
    {
        _asn?.Dispose();
        _country?.Dispose();
    }

    /// <summary>From the right, the first address that is no trusted proxy: what stands left of it anybody may have written.</summary>
    private static IPAddress Forwarded(string list, IPAddress nearest, GatewayOptions options)
    {
        var hops = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = hops.Length - 1; i >= 0; i--)
        {
            // Some proxies write the port as well: 192.0.2.1:4711, [2001:db8::1]:4711.
            if (!IPAddress.TryParse(hops[i], out var hop))
            {
                if (!IPEndPoint.TryParse(hops[i], out var endpoint))
                {
                    break;
                }

                hop = endpoint.Address;
            }

            hop = hop.IsIPv4MappedToIPv6 ? hop.MapToIPv4() : hop;

            nearest = hop;
            if (!Trusted(hop, options))
            {
                break;
            }
        }

        return nearest;
    }

    private static bool Trusted(IPAddress address, GatewayOptions options)
    {
        foreach (var network in options.TrustedProxies)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static string Cut(string agent) => agent.Length <= 512 ? agent : agent[..512];

    private static Reader? Open(string? path)
    {
        try
        {
            return path == null ? null : new Reader(path, FileAccessMode.Memory);
        }
        catch (Exception fault) when (fault is InvalidDatabaseException or FileNotFoundException)
        {
            throw new IOException($"{path} is no MaxMind database: {fault.Message}", fault);
        }
    }

    private uint Asn(IPAddress? address)
    {
        var found = address == null ? null : _asn?.Find<Dictionary<string, object>>(address);
        return found != null && found.TryGetValue("autonomous_system_number", out var number) ? Convert.ToUInt32(number) : 0;
    }

    private string? Country(IPAddress? address)
    {
        var found = address == null ? null : _country?.Find<Dictionary<string, object>>(address);
        return
            found != null
            && found.TryGetValue("country", out var country)
            && country is Dictionary<string, object> fields
            && fields.TryGetValue("iso_code", out var code)
            ? code as string
            : null;
    }
}
