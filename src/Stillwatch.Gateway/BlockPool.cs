using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Stillwatch.Gateway;

/// <summary>
/// The blocks that connections read into and are written from: larger than the server's own of 4 KiB, so that a long prompt is taken in one
/// read and not in a dozen. A connection that waits holds none. Safe for use from many threads.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 64 * 1024,
        MostShared = 256,
        MostOfAThread = 8;

    [ThreadStatic]
    private static Stack<Block>? _own; // the last one back is the first one out, while it is in the processor's cache

    private readonly ConcurrentQueue<Block> _shared = new();
    private int _sharedCount;

    private BlockPool() { }

    /// <summary>The one of this process.</summary>
    public static BlockPool Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (_own?.TryPop(out var block) == true)
        {
            return block;
        }

        if (_shared.TryDequeue(out block))
        {
            Interlocked.Decrement(ref _sharedCount);
            return block;
        }

        return new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Of all servers of the process: it stays.
    }

    private void Return(Block block)
    {
        var own = _own ??= new Stack<Block>(MostOfAThread);
        if (own.Count < MostOfAThread)
        {
            own.Push(block);
        }
        else if (Volatile.Read(ref _sharedCount) < MostShared)
        {
            Interlocked.Increment(ref _sharedCount);
            _shared.Enqueue(block);
        }
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
