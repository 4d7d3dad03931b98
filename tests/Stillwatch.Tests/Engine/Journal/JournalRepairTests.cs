using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

public sealed class JournalRepairTests : IDisposable
{
    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Run_WhenTheLastFrameIsTornAnywhere_ThenItIsSteppedOverAndNothingElseIsMissing()
    {
        using (var writer = _journal.Writer())
        {
            for (var i = 0; i < 5; i++)
            {
                await JournalFolder.Write(writer, $"x{i}");
            }
        }

        var path = Assert.Single(Directory.GetFiles(_journal.Options.Folder));
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (var cut = 1; cut < 250; cut += 7)
        {
            await File.WriteAllBytesAsync(path, whole[..^cut], TestContext.Current.CancellationToken);
            JournalRepair.Run(_journal.Options, _journal.Vault, SystemClock.Instance);
            using (var writer = _journal.Writer())
            {
                Assert.True(await JournalFolder.Write(writer, "next"));
            }

            var ids = _journal.Ids();
            Assert.Equal(["x0", "x1", "x2", "x3"], ids.Take(4));
            Assert.Equal("next", ids[^1]);
            Assert.True(ids.Count is 5 or 6);
            foreach (var other in Directory.GetFiles(_journal.Options.Folder).Where(file => file != path))
            {
                File.Delete(other);
            }
        }
    }

    [Fact]
    public void Run_WhenAnExchangeHasNoEnd_ThenItIsEndedAsBrokenOff()
    {
        using (var writer = _journal.Writer())
        {
            var record = JournalFolder.Record("open");
            writer.Append(writer.Begin(record), record, "data: {}\n\n"u8);
        }

        Assert.Empty(_journal.Ids());
        Assert.Equal(1, JournalRepair.Run(_journal.Options, _journal.Vault, SystemClock.Instance).Ended);
        Assert.Equal(Outcome.UpstreamCut, Assert.Single(_journal.Read()).Record!.Outcome);
        Assert.Equal(0, JournalRepair.Run(_journal.Options, _journal.Vault, SystemClock.Instance).Ended);
    }

    [Fact]
    public async Task Run_WhenSomeAreOpenAndSomeEnded_ThenEachOpenOneIsEndedOnceWithWhatItHadSaid()
    {
        using (var writer = _journal.Writer())
        {
            var (first, second) = (JournalFolder.Record("first"), JournalFolder.Record("second", "other"));
            var ticket = writer.Begin(first);
            writer.Begin(second); // nothing of an answer came
            await JournalFolder.Write(writer, "whole");
            writer.Append(writer.Append(ticket, first, "data: 1\n\n"u8), first, "data: 2\n\n"u8);
            Assert.True(writer.Signal("{}"u8.ToArray()));
        }

        List<(long Position, ReadOnlyMemory<byte> Line)> signals = [];
        Assert.Equal((0, 2), JournalRepair.Run(_journal.Options, _journal.Vault, SystemClock.Instance, signals: signals));
        Assert.Equal("{}", System.Text.Encoding.UTF8.GetString(Assert.Single(signals).Line.Span));
        var entries = _journal
            .Read()
            .Where(entry => entry.Record != null)
            .Select(entry => entry.Record!)
            .ToDictionary(record => record.Id, StringComparer.Ordinal);
        Assert.Equal(["first", "second", "whole"], entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            ("data: 1\n\ndata: 2\n\n", Outcome.UpstreamCut),
            (System.Text.Encoding.UTF8.GetString(entries["first"].Response.Span), entries["first"].Outcome)
        );
        Assert.Equal(
            (0, Outcome.UpstreamCut, "other"),
            (entries["second"].Response.Length, entries["second"].Outcome, entries["second"].Account)
        );
        Assert.Equal(Outcome.Complete, entries["whole"].Outcome);
        Assert.Equal((0, 0), JournalRepair.Run(_journal.Options, _journal.Vault, SystemClock.Instance));
    }

    [Fact]
    public void Run_WhenTheKeyOfAnOpenExchangeWasDestroyed_ThenNothingFailsAndNothingIsSealedForIt()
    {
        using (var writer = _journal.Writer())
        {
            writer.Begin(JournalFolder.Record("gone"));
        }

        _journal.Vault.Destroy("a", null);
        Assert.Equal((0, 1), JournalRepair.Run(_journal.Options, _journal.Vault, SystemClock.Instance));
        Assert.Empty(_journal.Ids());
    }
}
