using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>
/// What a process that died had staged comes into its segment; what cannot be trusted does not, and what cannot be saved stays.
/// </summary>
public sealed class StagingRecoveryTests : IDisposable
{
    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    private string Staged => Path.Combine(_journal.Options.Folder, Staging.FileName);

    [Fact]
    public async Task Run_WhenTheProcessDiesBeforeAnythingWasMoved_ThenNothingThatWasAcknowledgedIsMissing()
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
                var large = new string('x', i * 40_000); // some go into the file at once
                var record = JournalFolder.Record($"x{i}", request: $$"""{"model":"{{large}}"}""");
                Assert.True(await writer.EndAsync(writer.Begin(record), record));
            }

            writer.Begin(JournalFolder.Record("open"));
            using var copied = Process.Start("cp", ["-r", _journal.Options.Folder, copy]); // as it lies there at this moment
            await copied.WaitForExitAsync(TestContext.Current.CancellationToken);
            calls.Hold = false;
        }

        var found = _journal.Options with { Folder = copy };
        Assert.Equal(1, JournalRepair.Run(found, _journal.Vault, SystemClock.Instance).Ended);
        Assert.Equal(["moved", .. Enumerable.Range(0, 50).Select(i => $"x{i}"), "open"], Ids(found));
        Assert.False(File.Exists(Path.Combine(copy, Staging.FileName)));
        // the process that lived on has them once, too
        Assert.Equal(["moved", .. Enumerable.Range(0, 50).Select(i => $"x{i}")], _journal.Ids());
    }

    [Fact]
    public void Run_WhenAFrameWasBeingWritten_ThenItIsSteppedOverAndThoseAroundItAreThere()
    {
        LeftBehind([(1, true), (2, false), (3, true)]);
        Assert.True(StagingRecovery.Run(_journal.Options, FileCalls.Real));
        Assert.False(File.Exists(Staged));
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        List<byte> read = [];
        while (reader.Next(out var kind, out var payload, out _))
        {
            Assert.Equal(FrameKind.Signal, kind);
            read.Add(payload[0]);
        }

        Assert.Equal([1, 3], read);
        Assert.Equal(1, reader.Torn);
    }

    [Fact]
    public void Run_WhenTheMachineWasStartedSince_ThenNothingIsTaken()
    {
        LeftBehind([(1, true)]);
        var bytes = File.ReadAllBytes(Staged);
        for (var slot = 0; slot < 2; slot++)
        {
            if (
                StagingMark.Latest([
                    .. bytes[(slot * StagingMark.Bytes)..((slot + 1) * StagingMark.Bytes)],
                    .. new byte[StagingMark.Bytes],
                ]) is
                { } mark
            )
            {
                (mark with { Started = mark.Started + 1 }).Write(bytes.AsSpan(slot * StagingMark.Bytes, StagingMark.Bytes));
            }
        }

        File.WriteAllBytes(Staged, bytes);
        Assert.True(StagingRecovery.Run(_journal.Options, FileCalls.Real));
        Assert.Equal((0, false), (Frames(), File.Exists(Staged)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(Staging.HeaderBytes)]
    [InlineData(Staging.HeaderBytes + 65_536)]
    public void Run_WhenTheFileIsRubbish_ThenItIsGoneAndTheSegmentsAreAsTheyWere(int length)
    {
        LeftBehind([(1, true)]);
        var rubbish = new byte[length];
        new Random(length).NextBytes(rubbish);
        File.WriteAllBytes(Staged, rubbish);
        Assert.True(StagingRecovery.Run(_journal.Options, FileCalls.Real));
        Assert.Equal((0, false), (Frames(), File.Exists(Staged)));
    }

    [Fact]
    public void Run_WhileSomebodyWrites_ThenNothingIsTakenFromHim()
    {
        using var writer = _journal.Writer();
        Assert.False(StagingRecovery.Run(_journal.Options, FileCalls.Real));
        Assert.True(File.Exists(Staged));
    }

    [Fact]
    public void Run_WhenItsSegmentIsGoneOrTakesNothing_ThenTheStagingStaysForTheNextTry()
    {
        LeftBehind([(1, true)]);
        var segment = Directory.GetFiles(_journal.Options.Folder, "*.swj").Single();
        File.Move(segment, segment + ".away");
        Assert.Contains(
            "segment 1 of the journal is not there",
            Assert.Throws<IOException>(() => StagingRecovery.Run(_journal.Options, FileCalls.Real)).Message,
            StringComparison.Ordinal
        );
        File.Move(segment + ".away", segment);
        Assert.Contains(
            "cannot be synced",
            Assert.Throws<IOException>(() => StagingRecovery.Run(_journal.Options, new Unsynced())).Message,
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(Staged));
        Assert.True(StagingRecovery.Run(_journal.Options, FileCalls.Real));
        Assert.Equal((1, false), (Frames(), File.Exists(Staged)));
    }

    [Fact]
    public void Run_WhenThereIsNone_ThenAllIsWell() => Assert.True(StagingRecovery.Run(_journal.Options, new Unsynced()));

    /// <summary>A journal as a process leaves it that dies before anything was moved.</summary>
    private void LeftBehind((byte Said, bool Done)[] frames)
    {
        Directory.CreateDirectory(_journal.Options.Folder);
        var staging = Staging.TryOpen(_journal.Options.Folder, 1 << 16, FileCalls.Real, out _)!;
        using var segment = Segment.OnDisk(
            1,
            Path.Combine(_journal.Options.Folder, "0000000001.swj"),
            1 << 16,
            staging,
            FileCalls.Real,
            out _
        )!;
        staging.Begin(1, segment.File!, segment.Used);
        foreach (var (said, done) in frames)
        {
            Assert.True(segment.TryReserve(100, FrameKind.Signal, out var room));
            room.Payload(100)[0] = said;
            if (done)
            {
                room.Commit(FrameKind.Signal, Frame.Check(FrameKind.Signal, room.Payload(100)));
            }
        }

        staging.Dispose();
        Assert.True(File.Exists(Staged));
    }

    private int Frames()
    {
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        var frames = 0;
        while (reader.Next(out _, out _, out _))
        {
            frames++;
        }

        return frames;
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

    private sealed class Unsynced : FileCalls
    {
        public override int DataSync(SafeFileHandle file) => 5;
    }

    private sealed class Refusing : FileCalls
    {
        /// <summary>Makes what is staged stay there.</summary>
        public volatile bool Hold;

        public override (int Written, int Error) Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            SpinWait.SpinUntil(() => !Hold || Thread.CurrentThread.Name != "journal");
            return base.Write(file, bytes, offset);
        }
    }
}
