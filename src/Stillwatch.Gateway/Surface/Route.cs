using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Surface;

/// <summary>What a path asks for.</summary>
/// <param name="Kind">Whether it is known.</param>
/// <param name="Dialect">Which API it speaks.</param>
internal readonly record struct Route(RouteKind Kind, Dialect Dialect)
{
    /// <summary>The route of a request.</summary>
    public static Route Of(string method, string path)
    {
        var post = method == "POST";
        return path switch
        {
            "/v1/chat/completions" => Known(post, Dialect.Chat),
            "/v1/completions" => Known(post, Dialect.Completions),
            "/v1/responses" => Known(post, Dialect.Responses),
            "/v1/embeddings" => Known(post, Dialect.Embeddings),
            "/v1/messages" => Known(post, Dialect.Messages),
            "/v1/messages/count_tokens" => Known(post, Dialect.CountTokens),
            "/v1/models" => method is "GET" or "HEAD" ? new(RouteKind.Models, Dialect.Models) : new(RouteKind.WrongMethod, Dialect.Models),
            "/v1/realtime" => new(RouteKind.Realtime, Dialect.Other),
            "/healthz" => new(RouteKind.Health, Dialect.Other),
            "/readyz" => new(RouteKind.Ready, Dialect.Other),
            _ when path.StartsWith("/v1/models/", StringComparison.Ordinal) => method is "GET" or "HEAD" ? new(RouteKind.Model, Dialect.Models) : new(RouteKind.WrongMethod, Dialect.Models),
            _ => new(RouteKind.Unknown, Dialect.Other),
        };
    }

    private static Route Known(bool post, Dialect dialect) => new(post ? RouteKind.Exchange : RouteKind.WrongMethod, dialect);
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

    /// <summary>The realtime API, over WebSocket: out of scope.</summary>
    Realtime,

    /// <summary>Whether the process lives.</summary>
    Health,

    /// <summary>Whether it serves.</summary>
    Ready,
}
