using Stillwatch.Reports;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>What is staged is as good as written: for a process that dies, for frames larger than the staging, and while the disk refuses.</summary>
public sealed class StagingTests : IDisposable
{
    private const int InputOutputError = 5;

    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Recover_WhenTheProcessDiesBeforeAnythingWasMoved_ThenNothingThatWasAcknowledgedIsMissing()
    {
        var calls = new Refusing();
        _journal.Options = _journal.Options with { SegmentBytes = 64 << 20, StagingBytes = 1 << 18 };
        var copy = _journal.Options.Folder + "-found";
        using (var writer = _journal.Writer(calls))
        {
            await JournalFolder.Write(writer, "moved");
            await writer.Frames.SyncAsync();
            calls.Hold = true;
            for (var i = 0; i < 50; i++)
            {
                var large = new string('x', i * 40_000);   // some go into the file at once
                var record = JournalFolder.Record($"x{i}", request: $$"""{"model":"{{large}}"}""");
                Assert.True(await writer.EndAsync(writer.Begin(record), record));
            }

            writer.Begin(JournalFolder.Record("open"));
            using var copied = Process.Start("cp", ["-r", _journal.Options.Folder, copy]);   // as it lies there at this moment
            await copied.WaitForExitAsync(TestContext.Current.CancellationToken);
            calls.Hold = false;
        }

        var found = _journal.Options with { Folder = copy };
        Assert.Equal(1, JournalRepair.Run(found, _journal.Vault, SystemClock.Instance).Ended);
        Assert.Equal(["moved", .. Enumerable.Range(0, 50).Select(i => $"x{i}"), "open"], Ids(found));
        Assert.False(File.Exists(Path.Combine(copy, Staging.FileName)));
        Assert.Equal(["moved", .. Enumerable.Range(0, 50).Select(i => $"x{i}")], _journal.Ids());   // the process that lived on has them once, too
    }

    [Fact]
    public async Task Write_WhenTheStagingIsSmall_ThenAllOfMuchAndLargeIsReadBackOnceAndWhole()
    {
        _journal.Options = _journal.Options with { StagingBytes = 1 << 16, SegmentBytes = 1 << 20 };
        using (var writer = _journal.Writer())
        {
            await Parallel.ForAsync(0, 2_000, async (i, _) =>
            {
                var record = JournalFolder.Record($"x{i}", request: "{\"n\":\"" + new string((char)('a' + i % 26), i % 10 == 0 ? 30_000 : i % 3_000) + "\"}");
                Assert.True(await writer.EndAsync(writer.Begin(record), record));
            });
        }

        var entries = _journal.Read();
        Assert.Equal(2_000, entries.Select(entry => entry.Record!.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(entries, entry =>
        {
            var i = int.Parse(entry.Record!.Id[1..]);
            var bytes = entry.Record.Request.Span;
            Assert.Equal((i % 10 == 0 ? 30_000 : i % 3_000) + 8, bytes.Length);
            Assert.True(bytes.Length == 8 || bytes[6] == 'a' + i % 26 && bytes[^3] == 'a' + i % 26);
        });
    }

    [Fact]
    public async Task Write_WhenAFileRefusesForAWhile_ThenTheNextOneTakesItAndWhatWasAcknowledgedComesBack()
    {
        var calls = new Refusing();
        _journal.Options = _journal.Options with { StagingBytes = 1 << 16 };
        using (var writer = _journal.Writer(calls))
        {
            await JournalFolder.Write(writer, "x0");
            await writer.Frames.SyncAsync();
            calls.Refused = Directory.GetFiles(_journal.Options.Folder, "*.swj").Length;
            Assert.True(await JournalFolder.Write(writer, "x1"));   // with the kernel all the same: it is staged
            Assert.Equal(0, writer.Begin(JournalFolder.Record("large", request: $"\"{new string('x', 30_000)}\"")));   // goes into the file at once: refused
            await Stillwatch.Tests.Gateway.LiveDeployment.Until(() => writer.State.Fault != null || Directory.GetFiles(_journal.Options.Folder, "*.swj").Length > 1);
            Assert.True(await JournalFolder.Write(writer, "x2"));
            calls.Refused = 0;
            await Stillwatch.Tests.Gateway.LiveDeployment.Until(() => writer.Frames.FirstUnclosed > 1);
        }

        Assert.Equal(["x0", "x1", "x2"], _journal.Ids());
    }

    [Fact]
    public async Task Read_WhileSegmentsTurn_ThenWhoeverReadsAlongMissesNothing()
    {
        const int count = 4_000;
        _journal.Options = _journal.Options with { SegmentBytes = 1 << 16 };
        using var writer = _journal.Writer();
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { WrittenTo = () => writer.Frames.Readable };
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                await JournalFolder.Write(writer, $"x{i}");
            }
        }, TestContext.Current.CancellationToken);
        List<string> ids = [];
        for (var idle = 0; ids.Count < count && idle < 5_000;)
        {
            if (reader.Read(out var entry))
            {
                ids.Add(entry.Record!.Id);
            }
            else
            {
                idle++;
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }

        await writing;
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"x{i}"), ids);
        Assert.True(Directory.GetFiles(_journal.Options.Folder, "*.swj").Length > 10);
    }

    private List<string> Ids(JournalOptions options)
    {
        using var reader = new JournalReader(options, _journal.Vault) { Finished = true };
        List<string> ids = [];
        while (reader.Read(out var entry))
        {
            ids.Add(entry.Record!.Id);
        }

        return ids;
    }

    private sealed class Refusing : FileCalls
    {
        /// <summary>Makes what is staged stay there.</summary>
        public volatile bool Hold;

        /// <summary>Makes the first writes to so many files fail.</summary>
        public volatile int Refused;

        private SafeFileHandle? _refusing;

        public override (int Written, int Error) Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            while (Hold && Thread.CurrentThread.Name == "journal")
            {
                Thread.Sleep(1);
            }

            if (Refused > 0 && (_refusing ??= file) == file)
            {
                return bytes.Length > 40 && offset % 3 == 0 ? base.Write(file, bytes[..40], offset) : (0, InputOutputError);   // now and then a part
            }

            return base.Write(file, bytes, offset);
        }
    }
}
