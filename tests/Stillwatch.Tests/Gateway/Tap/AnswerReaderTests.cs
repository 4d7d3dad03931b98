using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Record;
using Stillwatch.Gateway.Tap;
using Xunit;

namespace Stillwatch.Tests.Gateway.Tap;

/// <summary>A read that has begun is never left behind: it would write into a buffer that somebody else has by then.</summary>
public sealed class AnswerReaderTests : IAsyncLifetime
{
    private readonly Scripted _call = new();
    private LiveDeployment _live = null!;
    private Exchange _exchange = null!;
    private AnswerReader _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _live = await LiveDeployment.StartAsync();
        _exchange = AnExchange.Of(_live.Running.Gateway.Services, """{"model":"m","messages":[]}""");
        var recorder = new ExchangeRecorder(_live.Running.Gateway.Services);
        Assert.Null(recorder.Begin(_exchange));
        _exchange.Answer = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);
        _reader = new AnswerReader(_exchange, _call, recorder);
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public async Task TryReadMore_WhenTheLastReadDidNotFillTheRoom_ThenNothingIsReadAhead()
    {
        _call.Next.Enqueue(Task.FromResult(100));
        Assert.False(_reader.TryReadMore());
        Assert.Equal(0, await _reader.ReadAsync());
        Assert.False(_reader.TryReadMore());
        Assert.Equal((1, 100), (_call.Reads, _exchange.Have));
    }

    [Fact]
    public async Task TryReadMore_WhenMoreIsThereAtOnce_ThenItIsTakenTogetherUpToABound()
    {
        _exchange.Have = 0;
        for (var i = 0; i < 50; i++)
        {
            _call.Next.Enqueue(Task.FromResult(int.MaxValue)); // as much as there is room for
        }

        Assert.Equal(0, await _reader.ReadAsync());
        var taken = 1;
        while (_reader.TryReadMore())
        {
            taken++;
        }

        Assert.True(taken > 1);
        Assert.InRange(_exchange.Have, 8 * 1024, 32 * 1024);
        Assert.Equal(taken, _call.Reads);
    }

    [Fact]
    public async Task ReadAsync_WhenAReadHasBegun_ThenItWaitsForThatOneAndBeginsNoOther()
    {
        var slow = new TaskCompletionSource<int>();
        _call.Next.Enqueue(Task.FromResult(int.MaxValue));
        _call.Next.Enqueue(slow.Task);
        await _reader.ReadAsync();
        var have = _exchange.Have;
        Assert.False(_reader.TryReadMore()); // it has begun, and nothing came yet
        var reading = _reader.ReadAsync().AsTask();
        Assert.Equal((2, false), (_call.Reads, reading.IsCompleted));
        slow.SetResult(7);
        Assert.Equal(0, await reading);
        Assert.Equal((have + 7, 2), (_exchange.Have, _call.Reads));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WhenAReadHasBegun_ThenItIsBrokenOffAndWaitedFor(bool fails)
    {
        var slow = new TaskCompletionSource<int>();
        _call.Next.Enqueue(Task.FromResult(int.MaxValue));
        _call.Next.Enqueue(slow.Task);
        await _reader.ReadAsync();
        Assert.False(_reader.TryReadMore());
        var ending = _reader.DisposeAsync().AsTask();
        Assert.Equal((true, false), (_call.Aborted, ending.IsCompleted));
        _ = fails ? slow.TrySetException(new UpstreamException(UpstreamFault.Cut, "aborted")) : slow.TrySetResult(5);
        await ending.WaitAsync(LiveDeployment.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Dispose_WhenNoReadHasBegun_ThenTheCallIsLeftAlone()
    {
        await _reader.DisposeAsync();
        Assert.False(_call.Aborted); // its connection can be used again
    }

    [Fact]
    public async Task ReadAsync_WhenTheServerBreaksOff_ThenThatIsTold()
    {
        _call.Next.Enqueue(Task.FromException<int>(new UpstreamException(UpstreamFault.Cut, "it went")));
        Assert.Equal("it went", (await Assert.ThrowsAsync<UpstreamException>(() => _reader.ReadAsync().AsTask())).Message);
    }

    /// <summary>A call whose reads end when a test says so.</summary>
    private sealed class Scripted : UpstreamCall
    {
        public Queue<Task<int>> Next { get; } = [];

        public int Reads { get; private set; }

        public bool Aborted { get; private set; }

        public override ValueTask<int> SendAsync(UpstreamRequest request, HttpResponse response, byte[] room) =>
            throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> room)
        {
            Reads++;
            Assert.NotEqual(0, room.Length);
            return Math.Min(await Next.Dequeue(), room.Length);
        }

        public override void Abort() => Aborted = true;

        public override void Dispose() { }
    }
}
