using System.Runtime.CompilerServices;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

[Collection(Alone.Name)]
public sealed class WatchMemoryTests
{
    [Theory]
    [InlineData(20, 12)]
    [InlineData(100, 20)]
    public void Memory_WhenThousandsOfQuietAccountsShareAddresses_ThenEachTakesAFewKilobytes(int exchanges, int mostKilobytes)
    {
        // What the state's own count leaves out: who holds which value, pairs, objects. Addresses come from a carrier's pool, programs from
        // five.
        // Held against the process without it, a moment later. What other tests left and what goes between the two counts only adds: of
        // three counts the least.
        const int accounts = 3_000;
        var held = new Watch?[1];
        var each = long.MaxValue;
        for (var tries = 0; tries < 3; tries++)
        {
            Fill(held, accounts, exchanges);
            var with = Settled();
            Array.Clear(held);
            each = Math.Min(each, (with - Settled()) / accounts);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes an account");
        Assert.InRange(each, 1, mostKilobytes * 1024);
    }

    private static long Settled()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // a local of the caller's would keep it
    private static void Fill(Watch?[] held, int accounts, int exchanges)
    {
        var random = new Random(6);
        var watch = new Watch(
            Calibration.None with
            {
                LinkBits = Link.All.ToDictionary(link => link.Id.ToString(), _ => 10.0, StringComparer.Ordinal),
            },
            WatchRules.Default
        );
        for (var number = 0; number < accounts; number++)
        {
            watch.Add(new AccountFacts(null, (ulong)number + 1, 0, 0, 0, false));
        }

        for (var i = 0; i < exchanges; i++)
        {
            for (var number = 0; number < accounts; number++)
            {
                var features = new ExchangeFeatures
                {
                    At = new EventTime(Samples.Start.Micros + i * 6 * EventTime.Hour),
                    Body = (ulong)random.NextInt64(),
                    Skeleton = (ulong)random.Next(50) + 1,
                    Opening = (ulong)random.NextInt64() | 1,
                    Address = (ulong)random.Next(2_000) + 1,
                    UserAgent = (ulong)random.Next(5) + 1,
                    OutputTokens = 200,
                    Words = 30,
                    Turns = 1,
                };
                watch.Observe(number, features);
            }
        }

        watch.CloseTick();
        held[0] = watch;
    }
}
