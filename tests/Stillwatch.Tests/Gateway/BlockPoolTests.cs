using System.Collections.Concurrent;
using Stillwatch.Gateway;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>No block is ever in two hands, whichever threads rent and return it.</summary>
public sealed class BlockPoolTests
{
    [Fact]
    public void Rent_WhenABlockIsAskedFor_ThenItHasTheServersSizeAndNoMore()
    {
        using var block = BlockPool.Instance.Rent();
        Assert.Equal((65_536, BlockPool.Instance.MaxBufferSize), (block.Memory.Length, 65_536));
        using var whole = BlockPool.Instance.Rent(65_536);
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockPool.Instance.Rent(65_537));
    }

    [Fact]
    public void Rent_WhenOneWasReturnedOnThisThread_ThenItIsTheFirstOut() =>
        OnAThread(() =>
        {
            var (one, two) = (BlockPool.Instance.Rent(), BlockPool.Instance.Rent());
            one.Dispose();
            two.Dispose();
            Assert.Same(two, BlockPool.Instance.Rent());
            Assert.Same(one, BlockPool.Instance.Rent());
            Assert.NotSame(one, BlockPool.Instance.Rent());
        });

    [Fact]
    public void Rent_WhenManyWereReturnedOnOneThread_ThenAnotherThreadGetsThem()
    {
        var returned = new ConcurrentDictionary<object, bool>();
        OnAThread(() =>
        {
            var blocks = Enumerable.Range(0, 40).Select(_ => BlockPool.Instance.Rent()).ToList();
            blocks.ForEach(block => returned[block] = true);
            blocks.ForEach(block => block.Dispose());
        });
        var again = 0;
        // all that is shared, and more
        OnAThread(() => again = Enumerable.Range(0, 600).Select(_ => BlockPool.Instance.Rent()).Count(returned.ContainsKey));
        Assert.InRange(again, 1, 40);
    }

    [Fact]
    public async Task Rent_WhenManyThreadsRentAndPassOn_ThenNoBlockIsInTwoHands()
    {
        var inUse = new ConcurrentDictionary<object, bool>();
        var passedOn = new ConcurrentQueue<System.Buffers.IMemoryOwner<byte>>();
        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(thread =>
                    Task.Run(() =>
                    {
                        var mark = (byte)(thread + 1);
                        for (var i = 0; i < 3_000; i++)
                        {
                            var block = BlockPool.Instance.Rent();
                            Assert.True(inUse.TryAdd(block, true), "a block is in two hands");
                            block.Memory.Span[..64].Fill(mark);
                            Assert.Equal(64, block.Memory.Span[..64].Count(mark));
                            passedOn.Enqueue(block);
                            if (passedOn.TryDequeue(out var other)) // returned by another thread than the one that rented it
                            {
                                Assert.True(inUse.TryRemove(other, out _));
                                other.Dispose();
                            }
                        }
                    })
                )
        );
    }

    private static void OnAThread(Action action)
    {
        Exception? fault = null;
        var thread = new Thread(() => fault = Xunit.Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(fault);
    }
}
