using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>What is staged is as good as written: for frames larger than the staging, and while the disk refuses.</summary>
public sealed class StagingTests : IDisposable
{
    private const int InputOutputError = 5;

    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Write_WhenTheStagingIsSmall_ThenAllOfMuchAndLargeIsReadBackOnceAndWhole()
    {
        _journal.Options = _journal.Options with { StagingBytes = 1 << 16, SegmentBytes = 1 << 20 };
        using (var writer = _journal.Writer())
        {
            await Parallel.ForAsync(0, 2_000, async (i, _) =>
            {
                var record = JournalFolder.Record(
                    $"x{i}",
                    request: "{\"n\":\"" + new string((char)('a' + i % 26), i % 10 == 0 ? 30_000 : i % 3_000) + "\"}"
                );
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
            Assert.True(await JournalFolder.Write(writer, "x1")); // with the kernel all the same: it is staged
            // goes into the file at once: refused
            Assert.Equal(0, writer.Begin(JournalFolder.Record("large", request: $"\"{new string('x', 30_000)}\"")));
            await Stillwatch.Tests.Gateway.LiveDeployment.Until(() =>
                writer.State.Fault != null || Directory.GetFiles(_journal.Options.Folder, "*.swj").Length > 1
            );
            Assert.True(await JournalFolder.Write(writer, "x2"));
            calls.Refused = 0;
            await Stillwatch.Tests.Gateway.LiveDeployment.Until(() => writer.Frames.FirstUnclosed > 1);
        }

        Assert.Equal(["x0", "x1", "x2"], _journal.Ids());
    }

    private sealed class Refusing : FileCalls
    {
        /// <summary>Makes the first writes to so many files fail.</summary>
        public volatile int Refused;

        private SafeFileHandle? _refusing;

        public override (int Written, int Error) Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            if (Refused > 0 && (_refusing ??= file) == file)
            {
                // now and then a part
                return bytes.Length > 40 && offset % 3 == 0 ? base.Write(file, bytes[..40], offset) : (0, InputOutputError);
            }

            return base.Write(file, bytes, offset);
        }
    }
}
