using System.Text;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

public sealed class JournalWriterTests : IDisposable
{
    private const int InputOutputError = 5,
        NoSpace = 28;

    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Write_WhenManyWriteAtOnce_ThenAllIsReadBackOnceAndWhole()
    {
        using (var writer = _journal.Writer())
        {
            await Parallel.ForAsync(0, 3_000, async (i, _) => Assert.True(await JournalFolder.Write(writer, $"x{i}", $"a{i % 7}")));
        }

        var entries = _journal.Read();
        Assert.Equal(
            Enumerable.Range(0, 3_000).Select(i => $"x{i}").Order(StringComparer.Ordinal),
            entries.Select(entry => entry.Record!.Id).Order(StringComparer.Ordinal)
        );
        Assert.All(entries, entry =>
            Assert.Contains(
                $"answer to {entry.Record!.Id}\"",
                Encoding.UTF8.GetString(entry.Record.Response.Span),
                StringComparison.Ordinal
            )
        );
        Assert.True(Directory.GetFiles(_journal.Options.Folder).Length > 1);
    }

    [Fact]
    public async Task Write_WhenItIsOnTheDisk_ThenNoTextCanBeReadThere()
    {
        using (var writer = _journal.Writer())
        {
            await JournalFolder.Write(writer, "x1");
        }

        var bytes = Encoding.Latin1.GetString(
            await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_journal.Options.Folder)), TestContext.Current.CancellationToken)
        );
        Assert.DoesNotContain("secret words", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("answer to", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_WhenAnAnswerComesInParts_ThenTheyAreJoined()
    {
        using (var writer = _journal.Writer())
        {
            var record = JournalFolder.Record("x1");
            var ticket = writer.Begin(record);
            await JournalFolder.Write(writer, "between");
            ticket = writer.Append(ticket, record, "{\"a\":"u8);
            ticket = writer.Append(ticket, record, "[1,"u8);
            record.Response = "2]}"u8.ToArray();
            Assert.True(await writer.EndAsync(ticket, record));
        }

        Assert.Equal(
            "{\"a\":[1,2]}",
            Encoding.UTF8.GetString(_journal.Read().Single(entry => entry.Record!.Id == "x1").Record!.Response.Span)
        );
    }

    [Fact]
    public async Task Sync_WhenTheDiskReportsAnError_ThenTheEndIsNotAcknowledgedTheFileTakesNothingMoreAndTheNextOneDoes()
    {
        // The runtime's own flush hides this error; that is why the call is made directly.
        var calls = new Failing { Error = InputOutputError };
        _journal.Options = _journal.Options with { Durability = Durability.Durable };
        using var writer = _journal.Writer(calls);
        Assert.False(await JournalFolder.Write(writer, "x1"));
        Assert.Equal(1, writer.State.SyncErrors);
        calls.Error = 0;
        await JournalFolder.WriteUntilTaken(writer, "x2");
        Assert.Null(writer.State.Fault);
        Assert.True(Directory.GetFiles(_journal.Options.Folder).Length >= 2); // not into the file that failed, which is never tried again
        Assert.Single(calls.Synced, file => file == calls.Synced[0]);
    }

    [Fact]
    public async Task Allocate_WhenTheDiskIsFull_ThenMemoryKeepsItUntilThereIsRoomAndALossIsOnRecord()
    {
        _journal.Options = _journal.Options with { SpillBytes = 16 << 20 };
        var calls = new Failing();
        using (var writer = _journal.Writer(calls))
        {
            Assert.True(await JournalFolder.Write(writer, "before"));
            calls.Full = true;
            var big = JournalFolder.Record("big", request: "{\"x\":\"" + new string('y', 900_000) + "\"}");
            var (kept, lost) = (0, 0);
            for (var i = 0; i < 40; i++)
            {
                var record = JournalFolder.Record($"big{i}", request: Encoding.UTF8.GetString(big.Request.Span));
                var ticket = writer.Begin(record);
                _ = ticket != 0 && await writer.EndAsync(ticket, record) ? kept++ : lost++;
            }

            Assert.True(kept >= 15 && lost > 0, $"{kept} kept, {lost} lost");
            Assert.Equal(lost, writer.State.Lost);
            calls.Full = false;
            await JournalFolder.WriteUntilTaken(writer, "after");
        }

        var entries = _journal.Read();
        Assert.Contains(entries, entry => entry.Record?.Id == "before");
        Assert.Contains(entries, entry => entry.Record?.Id == "after");
        Assert.Contains(entries, entry => entry.Record?.Id == "big0"); // what memory kept is there
        Assert.Contains(entries, entry => entry.Kind == JournalEntryKind.Gap); // and what it could not is told by the journal itself
    }

    private sealed class Failing : FileCalls
    {
        public int Error { get; set; }

        public bool Full { get; set; }

        public List<SafeFileHandle> Synced { get; } = [];

        public override int DataSync(SafeFileHandle file)
        {
            Synced.Add(file);
            return Error != 0 ? Error : base.DataSync(file);
        }

        public override int Allocate(SafeFileHandle file, long length) => Full ? NoSpace : base.Allocate(file, length);
    }
}
