using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Forward;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

public sealed class UpstreamRequestTests
{
    [Theory]
    [InlineData("/v1/x?a=b&c=%20", "/v1/x?a=b&c=%20")]
    [InlineData("/v1/x y", "/v1/x%20y")]
    [InlineData("/v1/x\r\nHost: evil", "/v1/x%0D%0AHost:%20evil")]
    [InlineData("/v1/ü\u007f\0", "/v1/%C3%BC%7F%00")]
    public void Plain_WhenAPathCouldEndTheRequestLine_ThenItCannotAnyMore(string path, string plain)
    {
        Assert.Equal(plain, UpstreamRequest.Plain(path));
        Assert.Equal(plain, UpstreamRequest.Plain(plain));
    }

    [Fact]
    public void Prepare_WhenAClientSendsMuch_ThenOnlyWhatServersNeedIsTakenAndNoCredential()
    {
        var request = Prepared(HeaderRules.None, out var http);
        Assert.Equal(
            ("POST", "/v1/chat/completions?a=b", "id-1", "application/json", "text/event-stream", "sdk/1"),
            (request.Method, request.Path, request.Id, request.ContentType, request.Accept, request.UserAgent)
        );
        Assert.Equal(
            ("2023-06-01", "beta-1", "assistants=v2", "00-abc"),
            (request.AnthropicVersion, request.AnthropicBeta, request.OpenAiBeta, request.TraceParent)
        );
        var all = string.Join(
            '|',
            request.Path,
            request.ContentType,
            request.Accept,
            request.UserAgent,
            request.AnthropicVersion,
            request.AnthropicBeta,
            request.OpenAiBeta,
            request.TraceParent
        );
        Assert.DoesNotContain("swk_secret", all, StringComparison.Ordinal);
        Assert.Equal(all.Replace("|", "", StringComparison.Ordinal).Length + "id-1".Length, request.HeadLength);
        Assert.Contains("swk_secret", http.Request.Headers.Authorization.ToString(), StringComparison.Ordinal); // it was there
    }

    [Fact]
    public void Prepare_WhenRulesSetOrRemoveAHeader_ThenTheClientsIsNotTakenAndTheLengthCountsTheirs()
    {
        var rules = new HeaderRules
        {
            Set = [new("User-Agent", "gateway"), new("Anthropic-Version", "2099-01-01"), new("X-Own", "1")],
            Remove = ["accept", "TraceParent", "OPENAI-BETA"],
        };
        var request = Prepared(rules, out _);
        Assert.Equal(
            (null, null, null, null, "2099-01-01", "beta-1"),
            (request.UserAgent, request.Accept, request.TraceParent, request.OpenAiBeta, request.AnthropicVersion, request.AnthropicBeta)
        );
        var own = "/v1/chat/completions?a=b" + "application/json" + "2099-01-01" + "beta-1" + "id-1";
        Assert.Equal(own.Length + rules.Set.Sum(set => set.Key.Length + set.Value.Length + 4), request.HeadLength);
    }

    [Fact]
    public void Body_WhenTheRequestLiesInItsBuffer_ThenItIsWhatStandsBehindTheRoom()
    {
        var request = new UpstreamRequest
        {
            Buffer = [.. new byte[UpstreamRequest.HeadRoom], 1, 2, 3, 9, 9],
            Start = UpstreamRequest.HeadRoom,
            Length = 3,
        };
        Assert.Equal([1, 2, 3], request.Body.ToArray());
    }

    private static UpstreamRequest Prepared(HeaderRules rules, out HttpContext http)
    {
        http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Path = "/v1/chat/completions";
        http.Request.QueryString = new QueryString("?a=b");
        http.Request.ContentType = "application/json";
        var headers = http.Request.Headers;
        headers.Accept = "text/event-stream";
        headers.UserAgent = "sdk/1";
        headers["anthropic-version"] = "2023-06-01";
        headers["anthropic-beta"] = "beta-1";
        headers["OpenAI-Beta"] = "assistants=v2";
        headers.TraceParent = "00-abc";
        headers.Authorization = "Bearer swk_secret";
        headers["x-api-key"] = "swk_secret";
        headers.Cookie = "swk_secret";
        headers["X-Forwarded-For"] = "swk_secret";
        var request = default(UpstreamRequest);
        UpstreamRequest.Prepare(ref request, http.Request, "id-1", rules, null);
        return request;
    }
}
