using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Forward;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>What of an answer's head goes on to the customer.</summary>
public sealed class UpstreamCallTests
{
    [Theory]
    [InlineData("Retry-After", "retry-after", "7")]
    [InlineData("openai-processing-ms", "openai-processing-ms", "7")]
    [InlineData("X-Request-ID", "x-upstream-request-id", "abc")]
    [InlineData("request-id", "x-upstream-request-id", "abc")]
    public void PassOn_WhenItConcernsTheCustomer_ThenItIsPassedOn(string name, string asName, string value)
    {
        var response = new DefaultHttpContext().Response;
        Call.Pass(response, name, value);
        Assert.Equal(value, response.Headers[asName].ToString());
        Assert.Single(response.Headers);
    }

    [Theory]
    [InlineData("Server")]
    [InlineData("VIA")]
    [InlineData("set-cookie")]
    [InlineData("Location")]
    [InlineData("Connection")]
    [InlineData("Content-Length")]
    [InlineData("Strict-Transport-Security")]
    [InlineData("X-RateLimit-Remaining-Requests")] // the provider's own, nobody else's business
    [InlineData("anthropic-ratelimit-tokens-remaining")]
    [InlineData("Access-Control-Allow-Origin")]
    [InlineData("X-Stillwatch-Anything")]
    [InlineData("Proxy-Authenticate")]
    public void PassOn_WhenItConcernsThisHopOrTellsOfTheServer_ThenItIsKept(string name)
    {
        var response = new DefaultHttpContext().Response;
        Call.Pass(response, name, "1");
        Assert.Empty(response.Headers);
    }

    [Theory]
    [InlineData("a\r\nInjected: 1")]
    [InlineData("ünïcode")]
    [InlineData("tab\there")]
    [InlineData("\0")]
    public void PassOn_WhenAValueIsNoVisibleAscii_ThenItIsKept(string value)
    {
        var response = new DefaultHttpContext().Response;
        Call.Pass(response, "X-Note", value);
        Assert.Empty(response.Headers);
    }

    [Fact]
    public void PassOn_WhenAHeaderComesTwice_ThenBothArePassedOn()
    {
        var response = new DefaultHttpContext().Response;
        Call.Pass(response, "X-Note", "1");
        Call.Pass(response, "x-note", "2");
        Assert.Equal("1,2", response.Headers["X-Note"].ToString());
    }

    [Theory]
    [InlineData("text/event-stream", true)]
    [InlineData("Text/Event-Stream; charset=utf-8", true)]
    [InlineData("application/json", false)]
    [InlineData("application/text/event-stream", false)]
    [InlineData(null, false)]
    public void TakeType_WhenItSaysWhatTheAnswerIs_ThenAStreamIsKnown(string? type, bool stream)
    {
        var http = new DefaultHttpContext();
        using var call = new Call();
        call.Type(http.Response, type);
        Assert.Equal((stream, type), (call.IsEventStream, http.Response.ContentType));
    }

    [Fact]
    public void TakeType_WhenItIsNotAscii_ThenTheAnswerIsRefused()
    {
        using var call = new Call();
        Assert.Equal(
            UpstreamFault.Malformed,
            Assert.Throws<UpstreamException>(() => call.Type(new DefaultHttpContext().Response, "text/pläin")).Fault
        );
    }

    /// <summary>One by which its protected members can be reached.</summary>
    private sealed class Call : UpstreamCall
    {
        public static void Pass(HttpResponse response, string name, string value) => PassOn(response, name, value);

        public void Type(HttpResponse response, string? type) => TakeType(response, type);

        public override ValueTask<int> SendAsync(UpstreamRequest request, HttpResponse response, byte[] room) => new(0);

        public override ValueTask<int> ReadAsync(Memory<byte> room) => new(0);

        public override void Abort() { }

        public override void Dispose() { }
    }
}
