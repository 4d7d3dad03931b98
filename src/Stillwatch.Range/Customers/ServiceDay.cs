using Stillwatch.Range.Arrivals;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>The times at which a service is asked, on one day.</summary>
internal static class ServiceDay
{
    [ThreadStatic]
    private static List<long>? _times;

    /// <summary>The times of a day of <paramref name="account"/>; the list is used again by the next call of this thread.</summary>
    public static List<long> Times(Account account, long day, Chance chance)
    {
        var times = _times ??= [];
        times.Clear();
        var bits = chance.Bits();
        chance.Begin(Chance.Seed(account.Seed, 3));
        var (amplitude, peak) = (ProgramArrivals.Amplitude(chance), chance.NextDouble() * 6 + 11 - Networks.HoursAhead(account.Country));
        chance.Begin(bits);
        ProgramArrivals.Plan(day, account.Rate, amplitude, peak, chance, times);
        return times;
    }
}
