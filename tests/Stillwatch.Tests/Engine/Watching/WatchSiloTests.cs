using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Watching;

/// <summary>Counts the ports of the whole process: none of the others runs beside it.</summary>
[Collection(Alone.Name)]
public sealed class WatchSiloTests
{
    [Fact]
    public async Task Start_WhenTwoRunInOneProcess_ThenNeitherOpensAPortNorKnowsTheOthersAccounts()
    {
        var before = Listening();
        await using var one = new WatchSilo(NullLoggerFactory.Instance);
        await using var two = new WatchSilo(NullLoggerFactory.Instance);
        await one.StartAsync(TestContext.Current.CancellationToken);
        await two.StartAsync(TestContext.Current.CancellationToken);
        var (first, second, alone) = (Watched(one.Work, 3), Watched(two.Work, 5), Watched(null, 3));
        Assert.Equal((3, 5), (first.Accounts[0].Take.Exchanges, second.Accounts[0].Take.Exchanges));
        Assert.Equal(alone.Accounts[0].Take.Exchanges, first.Accounts[0].Take.Exchanges);
        Assert.Equal(before, Listening());
    }

    [Fact]
    public async Task Dispose_WhenItWasNeverStarted_ThenItEndsAllTheSame()
    {
        var silo = new WatchSilo(NullLoggerFactory.Instance);
        await silo.DisposeAsync()
            .AsTask()
            .WaitAsync(Stillwatch.Tests.Gateway.LiveDeployment.Patience, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => silo.StartAsync(TestContext.Current.CancellationToken));
    }

    private static Watch Watched(IWatchWork? work, int exchanges)
    {
        var watch = new Watch(ScanRun.Calibration, WatchRules.Default, work);
        watch.Add(new AccountFacts(null, 1, 2, 3, 4, false));
        foreach (var features in RandomFeatures.Stream(new Random(1), exchanges).OrderBy(features => features.At.Micros))
        {
            watch.Observe(0, features);
        }

        watch.CloseTick();
        return watch;
    }

    /// <summary>The sockets of this process that wait for connections.</summary>
    private static List<string> Listening()
    {
        var own = Directory
            .GetFiles("/proc/self/fd")
            .Select(path => new FileInfo(path).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target[8..^1])
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. new[] { "/proc/self/net/tcp", "/proc/self/net/tcp6" }
                .Where(File.Exists)
                .SelectMany(File.ReadLines)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(field => field.Length > 9 && field[3] == "0A" && own.Contains(field[9]))
                .Select(field =>
                    int.Parse(field[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                        .ToString(CultureInfo.InvariantCulture)
                )
                .Order(StringComparer.Ordinal),
        ];
    }
}
