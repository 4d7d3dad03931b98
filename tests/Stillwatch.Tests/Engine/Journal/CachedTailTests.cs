using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>What the system forgets of the journal, and what readers have in memory of it, changes nothing of what is read.</summary>
public sealed class CachedTailTests : IDisposable
{
    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Write_WhenSegmentsAreBehind_ThenEachIsForgottenOnceAndAllIsRead()
    {
        var calls = new Counting();
        _journal.Options = _journal.Options with { SegmentBytes = 4 << 20, SyncMilliseconds = 5 };
        using (var writer = _journal.Writer(calls))
        {
            for (var i = 0; i < 400; i++)
            {
                // 24 MB in all: six segments
                var record = JournalFolder.Record($"x{i}", request: "{\"n\":\"" + new string('x', 60_000) + "\"}");
                Assert.True(await writer.EndAsync(writer.Begin(record), record));
            }

            Assert.True(await writer.Frames.SyncAsync());
        }

        // How often its thread had a turn decides how many parts are forgotten before; each segment is forgotten whole, once, when the one
        // behind it is done or nothing comes any more.
        Assert.Equal(Directory.GetFiles(_journal.Options.Folder, "*.swj").Length, calls.Whole);
        Assert.Equal([.. Enumerable.Range(0, 400).Select(i => $"x{i}")], _journal.Ids());
    }

    [Fact]
    public void Advance_WhenASegmentIsBehind_ThenItIsForgottenMegabyteByMegabyteAndThenWhole()
    {
        var calls = new Counting();
        string[] paths = [Path.Combine(_journal.Options.Folder, "one"), Path.Combine(_journal.Options.Folder, "two")];
        Directory.CreateDirectory(_journal.Options.Folder);
        Array.ForEach(paths, path => File.WriteAllBytes(path, new byte[4 << 20]));
        using (var tail = new CachedTail(calls))
        {
            tail.Advance(3 << 20); // nothing is behind yet
            Assert.Empty(calls.Parts);
            tail.Close(paths[0]);
            foreach (var offset in new long[] { 0, 1000, 1 << 20, (1 << 20) + 8, 5 << 19, 5 << 19 })
            {
                tail.Advance(offset);
            }

            Assert.Equal([(0, 1 << 20), (1 << 20, 3 << 19)], calls.Parts.OrderBy(part => part.Offset));
            Assert.Equal(0, calls.Whole);
            tail.Close(paths[1]);
            Assert.Equal(1, calls.Whole);
            tail.Close(Path.Combine(_journal.Options.Folder, "gone"));
            Assert.Equal(2, calls.Whole);
        }

        Assert.Equal(2, calls.Whole);
    }

    private sealed class Counting : FileCalls
    {
        private int _whole;

        public int Whole => _whole;

        public ConcurrentBag<(long Offset, long Length)> Parts { get; } = [];

        public override int Forget(SafeFileHandle file, long offset, long length)
        {
            if (length == 0)
            {
                Interlocked.Increment(ref _whole);
            }
            else
            {
                Parts.Add((offset, length));
            }

            return base.Forget(file, offset, length);
        }
    }
}
