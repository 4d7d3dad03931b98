using Stillwatch.Exchanges;
using Stillwatch.Gateway.Arrive;
using Xunit;

namespace Stillwatch.Tests.Gateway.Arrive;

public sealed class RouteTests
{
    [Theory]
    [InlineData("POST", "/v1/chat/completions", nameof(RouteKind.Exchange), Dialect.Chat)]
    [InlineData("POST", "/v1/messages", nameof(RouteKind.Exchange), Dialect.Messages)]
    [InlineData("POST", "/v1beta/models/m:generateContent", nameof(RouteKind.Exchange), Dialect.Gemini)]
    [InlineData("GET", "/v1/chat/completions", nameof(RouteKind.WrongMethod), Dialect.Chat)]
    [InlineData("post", "/v1/chat/completions", nameof(RouteKind.WrongMethod), Dialect.Chat)] // methods have their letters
    [InlineData("POST", "/v1/chat/completions/", nameof(RouteKind.Unknown), Dialect.Other)]
    [InlineData("POST", "/V1/Chat/Completions", nameof(RouteKind.Unknown), Dialect.Other)] // a server would read another path
    [InlineData("POST", "/v1//chat/completions", nameof(RouteKind.Unknown), Dialect.Other)]
    [InlineData("GET", "/v1/models", nameof(RouteKind.Models), Dialect.Other)]
    [InlineData("HEAD", "/v1/models", nameof(RouteKind.Models), Dialect.Other)]
    [InlineData("POST", "/v1/models", nameof(RouteKind.WrongMethod), Dialect.Other)]
    [InlineData("GET", "/v1/models/a/b", nameof(RouteKind.Model), Dialect.Other)]
    [InlineData("DELETE", "/v1/models/a", nameof(RouteKind.WrongMethod), Dialect.Other)] // nobody deletes a model through this
    [InlineData("GET", "/v1/modelsx", nameof(RouteKind.Unknown), Dialect.Other)]
    [InlineData("GET", "/v1/realtime", nameof(RouteKind.Realtime), Dialect.Other)]
    [InlineData("GET", "/healthz", nameof(RouteKind.Health), Dialect.Other)]
    [InlineData("GET", "/readyz", nameof(RouteKind.Ready), Dialect.Other)]
    [InlineData("GET", "/", nameof(RouteKind.Unknown), Dialect.Other)]
    [InlineData("GET", "", nameof(RouteKind.Unknown), Dialect.Other)]
    public void Of_WhenAMethodAndAPathAreGiven_ThenItIsTheirRoute(string method, string path, string kind, Dialect dialect)
    {
        var route = Route.Of(method, path);
        Assert.Equal((kind, dialect), (route.Kind.ToString(), route.Format.Dialect));
    }
}
