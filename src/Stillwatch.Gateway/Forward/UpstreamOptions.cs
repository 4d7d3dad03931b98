namespace Stillwatch.Gateway.Forward;

/// <summary>A model server behind the gateway.</summary>
public sealed record UpstreamOptions
{
    /// <summary>Its name, for logs and metrics.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is; a path, where there is one, goes before <c>/v1</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>How much of the traffic it takes, against the others'. Default 1; 0 only when no other is there.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>
    /// The models that it serves, exact or with a star at the end; empty for what it lists itself, or all where it lists none.
    /// </summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The credential that is sent to it; null for none. It never reaches a client or a log.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether HTTP/2 is spoken to it without TLS. With TLS it is negotiated.</summary>
    public bool Http2 { get; init; }
}
