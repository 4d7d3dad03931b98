using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Arrive;
using Stillwatch.Gateway.Forward;
using Xunit;

namespace Stillwatch.Tests.Gateway.Arrive;

public sealed class RequestBodyTests : IAsyncLifetime
{
    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(5_000, 1)]
    [InlineData(300_000, 777)]
    [InlineData(2_000_000, 65_536)]
    public async Task ReadAsync_WhenItComesInPieces_ThenItIsWholeBehindTheRoomForAHead(int length, int piece)
    {
        var body = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        foreach (var declared in new long?[] { null, length })
        {
            var exchange = Of(new Pieces(body, piece), declared);
            var (fault, have) = await RequestBody.ReadAsync(exchange, length); // to the last byte that is allowed
            Assert.Null(fault);
            Assert.Equal(length, have);
            Assert.True(exchange.Request.Buffer.AsSpan(UpstreamRequest.HeadRoom, have).SequenceEqual(body));
        }
    }

    [Fact]
    public async Task ReadAsync_WhenItIsLongerThanAllowed_ThenItIsRefusedAndLittleMoreIsRead()
    {
        var pieces = new Pieces(new byte[10_000_000], 1_000);
        var (fault, _) = await RequestBody.ReadAsync(Of(pieces, declared: 5), 9_999); // whatever it said
        Assert.Equal(
            (413, "request_too_large", "The request's body is larger than 9999 bytes."),
            (fault!.Status, fault.Code, fault.Message)
        );
        Assert.InRange(pieces.Taken, 10_000, 100_000);
    }

    [Fact]
    public async Task ReadAsync_WhenALargeLengthIsDeclared_ThenItIsNotBelievedBeforeItComes()
    {
        var exchange = Of(new Pieces([1, 2, 3], 3), declared: int.MaxValue);
        Assert.Equal(3, (await RequestBody.ReadAsync(exchange, int.MaxValue)).Length);
        Assert.InRange(exchange.Request.Buffer.Length, UpstreamRequest.HeadRoom + 3, 1 << 20);
    }

    public static TheoryData<string, int, string> Faults =>
        new()
        {
            { "too large", 413, "The request's body is larger than 100 bytes." },
            { "too slow", 408, "The request's body is not framed as HTTP says." },
            { "odd", 400, "The request's body is not framed as HTTP says." },
            { "a chunk's size that no number holds", 400, "The request's body is not framed as HTTP says." },
            { "broken off", 400, "The request broke off." },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task ReadAsync_WhenItCannotBeRead_ThenItSaysWhy(string what, int status, string message)
    {
        var exchange = Of(
            new Pieces(new byte[10], 5)
            {
                Fault = what switch
                {
                    "too large" => new BadHttpRequestException("x", 413),
                    "too slow" => new BadHttpRequestException("x", 408),
                    "odd" => new BadHttpRequestException("x", 0),
                    "broken off" => new IOException("x"),
                    _ => new OverflowException("x"),
                },
            },
            null
        );
        exchange.Http.RequestAborted = new CancellationToken(what == "broken off");
        var (fault, _) = await RequestBody.ReadAsync(exchange, 100);
        Assert.Equal((status, message, what == "broken off"), (fault!.Status, fault.Message, exchange.ClientGone));
    }

    private Exchange Of(Stream body, long? declared)
    {
        var exchange = AnExchange.Of(Services, "");
        exchange.Http.Request.Body = body;
        exchange.Http.Request.ContentLength = declared;
        return exchange;
    }

    /// <summary>A body that comes piece by piece, and breaks off after the last where it has a fault.</summary>
    private sealed class Pieces(byte[] body, int piece) : MemoryStream(body)
    {
        public Exception? Fault { get; init; }

        public int Taken { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
            Taken += read;
            return read == 0 && Fault != null ? throw Fault : read;
        }
    }
}
