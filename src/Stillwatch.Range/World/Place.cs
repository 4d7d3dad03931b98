namespace Stillwatch.Range.World;

/// <summary>What kind of network an account sends from.</summary>
internal enum Place : byte
{
    /// <summary>A line of its own; a new IPv4 address every few weeks, or a lasting IPv6 prefix.</summary>
    Home,

    /// <summary>A mobile carrier: thousands of strangers behind each address, a new one every few hours.</summary>
    Carrier,

    /// <summary>The one address of an office.</summary>
    Office,

    /// <summary>A university's handful of addresses.</summary>
    Campus,

    /// <summary>One or two addresses of a server's own.</summary>
    Server,

    /// <summary>A cloud's shared way out (functions, NAT gateways): hundreds of strangers behind each address.</summary>
    SharedCloud,

    /// <summary>A VPN service's way out: strangers from everywhere.</summary>
    Vpn,

    /// <summary>An adversary's own pool of servers.</summary>
    Pool,

    /// <summary>Rented residential proxies: some household's line, another one every few requests.</summary>
    Residential,
}
