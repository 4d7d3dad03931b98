using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Forward;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>A call by the runtime's client, over HTTP/2 to a real server.</summary>
public sealed class HttpClientCallTests
{
    [Fact]
    public async Task SendAsync_WhenTheServerAnswers_ThenItIsPassedOnAndTheCredentialIsTheGateways()
    {
        await using var server = await ScriptedUpstream.StartAsync(http2: true);
        server.Answer = http =>
        {
            http.Response.Headers["x-note"] = "1";
            http.Response.Headers.Server = "secret/1";
            http.Response.Headers["x-request-id"] = "theirs";
            return ScriptedUpstream.Json(http, "{\"a\":1}", 429);
        };
        using var upstream = Upstream(server.Address);
        using var call = upstream.Call();
        var http = new DefaultHttpContext();
        Assert.Equal("{\"a\":1}", await Ask(call, http));
        Assert.Equal((429, 7, true, false), (call.Status, call.ContentLength, call.Ended, call.HoldsRequest));
        Assert.Equal(
            ("1", "theirs", "", "application/json"),
            (
                http.Response.Headers["x-note"].ToString(),
                http.Response.Headers["x-upstream-request-id"].ToString(),
                http.Response.Headers.Server.ToString(),
                http.Response.ContentType
            )
        );
        var (path, headers, body) = Assert.Single(server.Asked);
        Assert.Equal(
            ("/base/v1/chat/completions", "Bearer secret", "identity", "id-1", "{}"),
            (
                path,
                headers.Authorization.ToString(),
                headers.AcceptEncoding.ToString(),
                headers["x-request-id"].ToString(),
                Encoding.UTF8.GetString(body)
            )
        );
        Assert.Equal("application/json", headers.ContentType.ToString());
    }

    [Fact]
    public async Task ReadAsync_WhenAStreamComes_ThenEachEventIsReadAsItComesAndTheEndIsItsEnd()
    {
        var (go, read) = (new SemaphoreSlim(0), new StringBuilder());
        await using var server = await ScriptedUpstream.StartAsync(http2: true);
        server.Answer = async http =>
        {
            for (var i = 0; i < 3; i++)
            {
                await ScriptedUpstream.Events(http, $"data: {i}\n\n");
                await go.WaitAsync(TestContext.Current.CancellationToken);
            }
        };
        using var upstream = Upstream(server.Address);
        using var call = upstream.Call();
        var room = new byte[4096];
        read.Append(Encoding.ASCII.GetString(room, 0, await call.SendAsync(Request(), new DefaultHttpContext().Response, room)));
        for (var i = 0; i < 3; i++)
        {
            while (read.Length < (i + 1) * "data: 0\n\n".Length)
            {
                read.Append(Encoding.ASCII.GetString(room, 0, await call.ReadAsync(room)));
            }

            Assert.False(call.Ended); // the server waits, and so it was not read ahead
            go.Release();
        }

        Assert.Equal(0, await call.ReadAsync(room));
        Assert.Equal(
            ("data: 0\n\ndata: 1\n\ndata: 2\n\n", true, true, -1),
            (read.ToString(), call.Ended, call.IsEventStream, call.ContentLength)
        );
    }

    [Fact]
    public async Task ReadAsync_WhenTheServerBreaksOff_ThenItIsCut()
    {
        await using var server = await ScriptedUpstream.StartAsync(http2: true);
        server.Answer = async http =>
        {
            await ScriptedUpstream.Events(http, "data: 0\n\n");
            http.Abort();
        };
        using var upstream = Upstream(server.Address);
        using var call = upstream.Call();
        var fault = await Assert.ThrowsAsync<UpstreamException>(() => Ask(call, new DefaultHttpContext()));
        Assert.True(fault.Fault is UpstreamFault.Cut or UpstreamFault.Closed, $"{fault.Fault}"); // the head may not have come before
        Assert.False(call.Ended);
    }

    [Theory]
    [InlineData(false, nameof(UpstreamFault.Closed))]
    [InlineData(true, nameof(UpstreamFault.Cut))]
    public async Task Abort_WhileItWaits_ThenItEndsAtOnceAndTheServerIsLetGo(bool begun, string fault)
    {
        var gone = new TaskCompletionSource();
        await using var server = await ScriptedUpstream.StartAsync(http2: true);
        server.Answer = async http =>
        {
            http.RequestAborted.Register(gone.SetResult);
            if (begun)
            {
                await ScriptedUpstream.Events(http, "data: 0\n\n");
            }

            await gone.Task;
        };
        using var upstream = Upstream(server.Address);
        using var call = upstream.Call();
        var asking = Ask(call, new DefaultHttpContext());
        await LiveDeployment.Until(() => begun ? call.Status == 200 : !server.Asked.IsEmpty);
        call.Abort();
        Assert.Equal(
            fault,
            (
                await Assert.ThrowsAsync<UpstreamException>(() =>
                    asking.WaitAsync(LiveDeployment.Patience, TestContext.Current.CancellationToken)
                )
            ).Fault.ToString()
        );
        call.Dispose();
        await gone.Task.WaitAsync(LiveDeployment.Patience, TestContext.Current.CancellationToken);
        call.Abort(); // it ended by itself: no fault
    }

    [Fact]
    public async Task SendAsync_WhenNobodyListens_ThenItIsUnreachable()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        listener.Stop();
        using var upstream = Upstream(address);
        using var call = upstream.Call();
        Assert.Equal(
            UpstreamFault.Unreachable,
            (await Assert.ThrowsAsync<UpstreamException>(() => Ask(call, new DefaultHttpContext()))).Fault
        );
    }

    private static Upstream Upstream(string address) =>
        new(
            new UpstreamOptions
            {
                Name = "a",
                Url = new Uri(address + "/base/"),
                ApiKey = "secret",
                Http2 = true,
            },
            TimeSpan.FromSeconds(5),
            SystemClock.Instance
        );

    private static UpstreamRequest Request() =>
        new()
        {
            Method = "POST",
            Path = "/v1/chat/completions",
            Id = "id-1",
            ContentType = "application/json",
            Buffer = [.. new byte[UpstreamRequest.HeadRoom], (byte)'{', (byte)'}'],
            Start = UpstreamRequest.HeadRoom,
            Length = 2,
        };

    private static async Task<string> Ask(UpstreamCall call, HttpContext http)
    {
        var room = new byte[4096];
        var text = new StringBuilder();
        text.Append(Encoding.Latin1.GetString(room, 0, await call.SendAsync(Request(), http.Response, room)));
        while (!call.Ended)
        {
            text.Append(Encoding.Latin1.GetString(room, 0, await call.ReadAsync(room)));
        }

        return text.ToString();
    }
}
