using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Gateway.Arrive;

/// <summary>What a path asks for.</summary>
/// <param name="Kind">Whether it is known.</param>
/// <param name="Format">Which API it speaks.</param>
internal readonly record struct Route(RouteKind Kind, WireFormat Format)
{
    /// <summary>The route of a request.</summary>
    public static Route Of(string method, string path)
    {
        if (WireFormat.At(path) is { } format)
        {
            return new(method == "POST" ? RouteKind.Exchange : RouteKind.WrongMethod, format);
        }

        return path switch
        {
            "/v1/models" => Read(method, RouteKind.Models),
            "/v1/realtime" => Other(RouteKind.Realtime),
            _ when path.StartsWith(CustomerCaseEndpoint.Prefix, StringComparison.Ordinal) => Other(RouteKind.CustomerCase),
            "/healthz" => Other(RouteKind.Health),
            "/readyz" => Other(RouteKind.Ready),
            _ when path.StartsWith("/v1/models/", StringComparison.Ordinal) => Read(method, RouteKind.Model),
            _ => Other(RouteKind.Unknown),
        };
    }

    private static Route Other(RouteKind kind) => new(kind, WireFormat.Of(Dialect.Other));

    private static Route Read(string method, RouteKind kind) => Other(method is "GET" or "HEAD" ? kind : RouteKind.WrongMethod);
}

/// <summary>Kinds of routes.</summary>
internal enum RouteKind
{
    /// <summary>A path that nobody knows.</summary>
    Unknown,

    /// <summary>A request to a model.</summary>
    Exchange,

    /// <summary>The list of models.</summary>
    Models,

    /// <summary>One model.</summary>
    Model,

    /// <summary>A known path with a method that it does not take.</summary>
    WrongMethod,

    /// <summary>What a customer may know of a case about it.</summary>
    CustomerCase,

    /// <summary>The realtime API, over WebSocket: out of scope.</summary>
    Realtime,

    /// <summary>Whether the process lives.</summary>
    Health,

    /// <summary>Whether it serves.</summary>
    Ready,
}
