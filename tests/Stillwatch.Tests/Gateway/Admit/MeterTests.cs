using Stillwatch.Accounts;
using Stillwatch.Gateway.Admit;
using Xunit;

namespace Stillwatch.Tests.Gateway.Admit;

public sealed class MeterTests
{
    [Fact]
    public void TryTake_WhenAMonthsBudgetIsSpent_ThenNothingIsTakenUntilTheFirst_AlsoAfterARestart()
    {
        var limits = new Limits { SpendPerMonth = 100 };
        var day = (new DateTime(2026, 11, 28, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Days;
        var meter = new Meter("account:a");
        meter.Restore(day, spent: 30, beforeToday: 40);
        Assert.Equal(LimitKind.None, Take(meter, 20, day));
        Assert.Equal(LimitKind.SpendOfMonth, Take(meter, 20, day));
        Assert.Equal(LimitKind.None, Take(meter, 5, day + 1));
        Assert.Equal(LimitKind.SpendOfMonth, Take(meter, 10, day + 2)); // the 30th
        Assert.Equal(LimitKind.None, Take(meter, 100, day + 3));
        Assert.Equal(LimitKind.SpendTooLarge, Take(meter, 101, day + 3));

        LimitKind Take(Meter meter, long cost, long today)
        {
            var need = new Need(0, 0, cost);
            var kind = meter.TryTake(limits, need, 0, 1, today, out _);
            if (kind == LimitKind.None)
            {
                meter.Settle(limits, need, need);
            }

            return kind;
        }
    }

    [Fact]
    public void ToSave_WhenADayEnds_ThenWhatWasSpentOnItIsSavedOnceMore()
    {
        var meter = new Meter("account:a");
        var need = new Need(0, 0, 7);
        foreach (var day in new long[] { 100, 100, 101 })
        {
            Assert.Equal(LimitKind.None, meter.TryTake(new Limits { SpendPerDay = 1000 }, need, 0, 1, day, out _));
            meter.Settle(new Limits { SpendPerDay = 1000 }, need, need);
        }

        Assert.Equal([(101, 7), (100, 14)], meter.ToSave());
        Assert.Equal([(101, 7)], meter.ToSave());
    }

    [Fact]
    public void TryTake_WhenAMinutesAllowanceIsUsed_ThenItRefillsEvenlyAndNeverBeyondTheMinutes()
    {
        const long Second = 1_000_000;
        var limits = new Limits { OutputTokensPerMinute = 600 };
        var meter = new Meter("key:a");
        Assert.Equal(LimitKind.None, Take(600, 0, out _));
        Assert.Equal((LimitKind.OutputTokens, 10.0), (Take(100, 0, out var seconds), seconds));
        Assert.Equal((LimitKind.OutputTokens, 1.0), (Take(100, 9 * Second, out seconds), seconds));
        Assert.Equal(LimitKind.None, Take(100, 10 * Second, out _));
        Assert.Equal(600, meter.Left(limits, 3_600 * Second, Second).Output); // an hour later: a minute's worth, not an hour's
        Assert.Equal((LimitKind.TooLarge, -1.0), (Take(601, 3_600 * Second, out seconds), seconds));
        Assert.Equal(LimitKind.None, Take(600, 3_600 * Second, out _));
        // a timestamp from before, of another thread: nothing comes of it twice
        Assert.Equal(LimitKind.OutputTokens, Take(1, 3_599 * Second, out _));

        LimitKind Take(long tokens, long now, out double wait) => meter.TryTake(limits, new Need(0, tokens, 0), now, Second, 0, out wait);
    }

    [Fact]
    public void Settle_WhenMoreOrLessWasUsedThanTaken_ThenTheDifferenceCounts()
    {
        var limits = new Limits
        {
            RequestsPerMinute = 10,
            InputTokensPerMinute = 100,
            OutputTokensPerMinute = 100,
            SpendPerDay = 100,
            Concurrent = 5,
        };
        var meter = new Meter("key:a");
        var need = new Need(40, 40, 40);
        Assert.Equal(LimitKind.None, meter.TryTake(limits, need, 0, 1, 7, out _));
        Assert.Equal(LimitKind.None, meter.TryTake(limits, need, 0, 1, 7, out _));
        Assert.Equal((2, (8.0, 20.0, 20.0)), (meter.Open, meter.Left(limits, 0, 1)));
        meter.Settle(limits, need, new Need(10, 60, 30));
        Assert.Equal((1, (8.0, 50.0, 0.0)), (meter.Open, meter.Left(limits, 0, 1)));
        meter.Settle(limits, need, default, undo: true); // it was never sent
        Assert.Equal((0, (9.0, 90.0, 40.0)), (meter.Open, meter.Left(limits, 0, 1)));
        Assert.Equal([(7, 30)], meter.ToSave());
    }

    [Fact]
    public void TryTake_WhenWhatIsLeftIsHeldByOpenRequests_ThenThatIsToldFromWhatIsSpent()
    {
        var limits = new Limits { SpendPerDay = 100 };
        var meter = new Meter("key:a");
        Assert.Equal(LimitKind.None, Take(60));
        Assert.Equal(LimitKind.SpendHeld, Take(50));
        meter.Settle(limits, new Need(0, 0, 60), new Need(0, 0, 60));
        Assert.Equal(LimitKind.Spend, Take(50));
        Assert.Equal(LimitKind.None, Take(40)); // to the last of it

        LimitKind Take(long cost) => meter.TryTake(limits, new Need(0, 0, cost), 0, 1, 0, out _);
    }

    [Fact]
    public void TryTake_WhenManyThreadsTakeAndSettle_ThenNothingIsOvershotAndNothingIsLost()
    {
        var limits = new Limits { SpendPerDay = 10_000, Concurrent = 4 };
        var meter = new Meter("key:a");
        var need = new Need(0, 0, 9);
        var (taken, open) = (0, 0);
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            if (meter.TryTake(limits, need, 0, 1, 0, out var _) != LimitKind.None)
            {
                return;
            }

            Assert.InRange(Interlocked.Increment(ref open), 1, 4);
            Interlocked.Increment(ref taken);
            Interlocked.Decrement(ref open);
            meter.Settle(limits, need, need);
        });
        Assert.InRange(taken, 1, 10_000 / 9);
        Assert.Equal(0, meter.Open);
        Assert.Equal([(0, taken * 9)], meter.ToSave());
    }
}
