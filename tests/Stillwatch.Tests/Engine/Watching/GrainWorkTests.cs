using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stillwatch.Campaigns;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Sketches;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Watching;

/// <summary>
/// Who works on accounts and campaigns, the watch or grains, changes nothing of what is believed: all state is compared, byte for byte.
/// </summary>
public sealed class GrainWorkTests
{
    [Theory]
    [InlineData(1)] // each exchange in a tick of its own
    [InlineData(3600)] // hundreds of accounts in one tick
    public async Task Watch_WhenGrainsDoTheWork_ThenItsStateIsTheSame(int tickSeconds)
    {
        await using var silo = new WatchSilo(NullLoggerFactory.Instance);
        await silo.StartAsync(TestContext.Current.CancellationToken);
        var lines = new SmallWorld(seed: 2, campaign: true, people: 40).Lines;
        var (own, grains) = (Run(lines, null, tickSeconds), Run(lines, silo.Work, tickSeconds));
        Assert.NotEmpty(own.Watch.Flagged);
        Assert.Equal(State(own), State(grains));
    }

    [Fact]
    public async Task Watch_WhenItWasRestored_ThenNewGrainsGoOnWhereTheOldOnesWere()
    {
        var lines = new SmallWorld(seed: 2, campaign: true, people: 40).Lines;
        var half = lines.Count / 2;
        var saved = new MemoryStream();
        await using (var first = new WatchSilo(NullLoggerFactory.Instance))
        {
            await first.StartAsync(TestContext.Current.CancellationToken);
            Save(Run([.. lines.Take(half)], first.Work, 1), saved, 7);
        }

        await using var second = new WatchSilo(NullLoggerFactory.Instance);
        await second.StartAsync(TestContext.Current.CancellationToken);
        var (own, restored) = (Empty(null), Empty(second.Work));
        foreach (var watch in new[] { own, restored })
        {
            saved.Position = 0;
            Assert.Null(watch.Load(saved, out var position));
            Assert.Equal(7, position);
            Feed(watch, lines.Skip(half), 1);
        }

        Assert.Equal(State(own), State(restored));
    }

    [Fact]
    public void TickExchanges_WhenWrittenAndRead_ThenNothingIsLost()
    {
        var features = RandomFeatures.Stream(new Random(5), 30);
        var exchanges = TickExchanges.Of(features).Exchanges;
        Assert.Equal(features.Length, exchanges.Length);
        for (var i = 0; i < features.Length; i++)
        {
            Assert.Equal(
                (features[i].At, features[i].Body, features[i].Topic[7]),
                (exchanges[i].At, exchanges[i].Body, exchanges[i].Topic[7])
            );
        }
    }

    private static JournalWatch Run(IReadOnlyList<string> lines, IWatchWork? work, int tickSeconds)
    {
        var watch = Empty(work);
        Feed(watch, lines, tickSeconds);
        return watch;
    }

    private static JournalWatch Empty(IWatchWork? work) =>
        new(
            ScanRun.Calibration,
            KeyedHash.ForScan,
            name => new AccountFacts(null, KeyedHash.ForScan.Of(Encoding.UTF8.GetBytes(name[..^1])), 0, 0, 0, false),
            work
        );

    private static void Feed(JournalWatch watch, IEnumerable<string> lines, int tickSeconds)
    {
        foreach (var line in lines)
        {
            watch.Take(new JournalEntry(JournalEntryKind.Line, 1, null, Encoding.UTF8.GetBytes(tickSeconds == 1 ? line : Coarse(line))));
        }

        watch.Take(new JournalEntry(JournalEntryKind.Tick, 1, null, default));
    }

    /// <summary>The same line at the beginning of its hour.</summary>
    private static string Coarse(string line)
    {
        var at = line.IndexOf("\"time\":\"", StringComparison.Ordinal) + 8;
        return string.Concat(line.AsSpan(0, at + 14), "00:00.000Z", line.AsSpan(line.IndexOf('"', at)));
    }

    private static void Save(JournalWatch watch, Stream into, long position)
    {
        watch.BeginSave(into, position);
        Assert.True(watch.SaveOn(null));
    }

    private static byte[] State(JournalWatch watch)
    {
        var into = new MemoryStream();
        Save(watch, into, 1);
        return into.ToArray();
    }
}
