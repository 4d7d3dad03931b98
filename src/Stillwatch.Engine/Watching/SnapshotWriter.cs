using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Hashing;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// Writes a file beside its name, with a hash at its end, and moves it there once it is whole. Whoever writes into <see cref="Stream"/>
/// never waits for the disk: a thread of low priority does.
/// </summary>
internal sealed class SnapshotWriter : IDisposable
{
    private const int BlockBytes = 64 * 1024; // no large objects for the garbage collector
    private const int MostWaiting = 256; // blocks: 16 MiB

    private readonly string _path;
    private readonly BlockingCollection<ArraySegment<byte>> _blocks = [];
    private readonly TaskCompletionSource<string?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private volatile bool _whole;

    /// <summary>Begins a file that will be <paramref name="path"/>.</summary>
    public SnapshotWriter(string path)
    {
        _path = path;
        Stream = new Blocks(_blocks);
        _thread = new Thread(Write)
        {
            IsBackground = true,
            Name = "snapshot",
            Priority = ThreadPriority.BelowNormal,
        };
        _thread.Start();
    }

    /// <summary>Takes what is to be written; good for one thread, until <see cref="Complete"/>.</summary>
    public Stream Stream { get; }

    /// <summary>Whether the disk is so far behind that whoever can wait had better do so.</summary>
    public bool IsBehind => _blocks.Count > MostWaiting;

    /// <summary>Null once the file is in its place, else why it is not: the disk, or that it was not completed.</summary>
    public Task<string?> Done => _done.Task;

    /// <summary>All of it was written.</summary>
    public void Complete()
    {
        Stream.Flush();
        _whole = true;
        _blocks.CompleteAdding();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.CompleteAdding();
        _thread.Join();
        _blocks.Dispose();
    }

    private void Write()
    {
        ThreadNice.Lower();
        var beside = _path + ".new";
        string? fault = null;
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var file = new FileStream(beside, options))
            {
                var hash = new XxHash128();
                foreach (var block in _blocks.GetConsumingEnumerable())
                {
                    hash.Append(block);
                    file.Write(block);
                    ArrayPool<byte>.Shared.Return(block.Array!);
                }

                file.Write(hash.GetCurrentHash());
            }

            if (_whole)
            {
                File.Move(beside, _path, overwrite: true);
            }
            else
            {
                File.Delete(beside);
                fault = "it was not completed";
            }
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            fault = broken.Message;
            foreach (var block in _blocks.GetConsumingEnumerable())
            {
                ArrayPool<byte>.Shared.Return(block.Array!); // whoever still writes fills no memory
            }
        }

        _done.SetResult(fault);
    }

    /// <summary>Hands on what is written into it, in blocks.</summary>
    private sealed class Blocks(BlockingCollection<ArraySegment<byte>> blocks) : Stream
    {
        private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        private int _used;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                var part = Math.Min(buffer.Length, _block.Length - _used);
                buffer[..part].CopyTo(_block.AsSpan(_used));
                _used += part;
                buffer = buffer[part..];
                if (_used == _block.Length)
                {
                    HandOn();
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void WriteByte(byte value) => Write([value]);

        /// <summary>BinaryWriter flushes before it seeks, and nobody seeks: only what completes the file flushes.</summary>
        public override void Flush()
        {
            if (_used > 0)
            {
                HandOn();
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void HandOn()
        {
            blocks.Add(new(_block, 0, _used));
            (_block, _used) = (ArrayPool<byte>.Shared.Rent(BlockBytes), 0);
        }
    }
}
