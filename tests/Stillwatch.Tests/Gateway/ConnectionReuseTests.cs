using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Xunit;
using static Stillwatch.Tests.Gateway.ByteUpstream;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// No customer gets another's answer, no request is sent twice to a server that may have worked on it (cases 01, 18, 19, 20).
/// </summary>
public sealed class ConnectionReuseTests
{
    private const string Body = """{"model":"m1","messages":[]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"for\":\"?\"}")]
    [InlineData("HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("x")]
    public async Task Send_WhenSomethingCameOnAnIdleConnection_ThenNobodyGetsIt(string stray)
    {
        await using var upstream = new ByteUpstream(post => [Answer(post), Part.Pause(0.05), stray]);
        await using var live = await LiveDeployment.StartAsync([("gateway.health_seconds", "3600")], upstreams: [upstream.Address]);
        foreach (var customer in (string[])["a", "b", "c"])
        {
            var key = live.Running.Accounts.CreateKey(customer, null, null, "test", null);
            Assert.Equal("""{"for":0}""", await (await live.Send("/v1/chat/completions", Body, key)).Content.ReadAsStringAsync(Cancel));
            await LiveDeployment.Until(() => upstream.Answers == upstream.Posts.Count); // the stray answer lies there
        }

        Assert.All(live.Record(), line => Assert.Equal("""{"for":0}""", line["response"]!.ToJsonString()));
        Assert.Equal(3, upstream.Posts.Count);
    }

    /// <summary>What comes together with an answer and behind it is not read as the next one.</summary>
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"for\":0}HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"for\":1}")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"for\":0}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
            + "9\r\n\r\n{\"for\":1}"
    )]
    public async Task Send_WhenMoreThanAnAnswerCame_ThenTheConnectionIsNotUsedAgain(string answers)
    {
        await using var upstream = new ByteUpstream(answers);
        await using var live = await LiveDeployment.StartAsync([("gateway.health_seconds", "3600")], upstreams: [upstream.Address]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("""{"for":0}""", await (await live.Send("/v1/chat/completions", Body)).Content.ReadAsStringAsync(Cancel));
        }
    }

    /// <summary>Safety is not had by making a connection for each request.</summary>
    [Fact]
    public async Task Send_WhenAllIsWell_ThenConnectionsAreUsedAgain()
    {
        await using var upstream = new ByteUpstream(Answered(1));
        await using var live = await LiveDeployment.StartAsync([("gateway.health_seconds", "3600")], upstreams: [upstream.Address]);
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Body)).StatusCode);
        }

        Assert.InRange(upstream.Connections, 1, 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    public async Task Send_WhenAServerClosesAfterItTookTheRequest_ThenItIsNotSentAgain(string begun)
    {
        await using var upstream = new ByteUpstream(post => post == 0 ? [Answered(1)] : [Part.Pause(0.1), begun, Part.End]);
        await using var live = await LiveDeployment.StartAsync([("gateway.health_seconds", "3600")], upstreams: [upstream.Address]);
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Body)).StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, (await live.Send("/v1/chat/completions", Body)).StatusCode);
        Assert.Equal(2, upstream.Posts.Count);
    }

    [Fact]
    public async Task Send_WhenAnAnswerEndsInsideItsHead_ThenNoOtherServerIsAsked()
    {
        await using var first = new ByteUpstream("HTTP/1.1 200 OK\r\nContent-", Part.End);
        await using var second = new ByteUpstream("HTTP/1.1 200 OK\r\nContent-", Part.End);
        await using var live = await LiveDeployment.StartAsync(upstreams: [first.Address, second.Address]);
        Assert.Equal(HttpStatusCode.BadGateway, (await live.Send("/v1/chat/completions", Body)).StatusCode);
        Assert.Single(first.Posts.Concat(second.Posts));
    }

    [Theory]
    [InlineData(5_000, HttpStatusCode.OK)]
    [InlineData(32_000, HttpStatusCode.OK)]
    [InlineData(70_000, HttpStatusCode.BadGateway)]
    public async Task Send_WhenTheHeadOfAnAnswerIsLong_ThenItIsReadUpTo64KiB(int bytes, HttpStatusCode status)
    {
        var body = new string('b', 5_000);
        await using var upstream = new ByteUpstream(Json($"\"{body}\"", $"Content-Security-Policy: {new string('p', bytes)}\r\n"));
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        var answer = await live.Send("/v1/chat/completions", Body);
        Assert.Equal(status, answer.StatusCode);
        if (status == HttpStatusCode.OK)
        {
            Assert.Equal($"\"{body}\"", await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Theory]
    [InlineData("application/json", """{"choices":[{"message":{"content":"half an ans""", false)]
    [InlineData("application/json", """{"choices":[{"message":{"content":"whole"}}]}""", true)]
    [InlineData("text/plain", "busy", true)]
    [InlineData("Text/Event-Stream", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n", false)]
    public async Task Send_WhenABodyEndsWithItsConnection_ThenItIsWholeOnlyWhereItIsOneValue(string type, string body, bool whole)
    {
        await using var upstream = new ByteUpstream(Stream(body, type), Part.End);
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        var read = async () => await (await live.Send("/v1/chat/completions", Body)).Content.ReadAsStringAsync(Cancel);
        if (whole)
        {
            Assert.Equal(body, await read());
        }
        else
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(read);
        }

        await LiveDeployment.Until(() => live.Record().Count == 1);
        Assert.Equal(whole ? "complete" : "upstream_cut", (string?)Assert.Single(live.Record())["outcome"]);
    }

    /// <summary>A server that answers before it took a long request, and closes, is heard; no other is asked.</summary>
    [Fact]
    public async Task Send_WhenAServerRefusesBeforeItReadTheBody_ThenTheClientGetsItsAnswer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var posts = 0;
        _ = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var client = await listener.AcceptSocketAsync(Cancel);
                    var room = new byte[1000];
                    var read = await client.ReceiveAsync(room.AsMemory(), Cancel);
                    if (System.Text.Encoding.ASCII.GetString(room, 0, read).StartsWith("GET", StringComparison.Ordinal))
                    {
                        await client.SendAsync(
                            System.Text.Encoding.ASCII.GetBytes(Json("""{"data":[{"id":"m1"}]}""", "Connection: close\r\n")),
                            Cancel
                        );
                        continue;
                    }

                    posts++;
                    await client.SendAsync(
                        System.Text.Encoding.ASCII.GetBytes(Json("""{"error":"too large"}""", "Connection: close\r\n", "413 Too Large")),
                        Cancel
                    );
                    client.Shutdown(SocketShutdown.Send);
                    await Task.Delay(200, Cancel);
                }
            },
            Cancel
        );
        await using var live = await LiveDeployment.StartAsync(
            [("gateway.health_seconds", "3600")],
            upstreams: [$"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"]
        );
        var answer = await live.Send(
            "/v1/chat/completions",
            $$"""{"model":"m1","messages":[{"role":"user","content":"{{new string('x', 10_000_000)}}"}]}"""
        );
        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, """{"error":"too large"}"""),
            (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel))
        );
        Assert.Equal(1, posts);
    }

    private static string Answer(int number) =>
        $"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{new JsonObject { ["for"] = number }.ToJsonString()}";
}
