namespace Stillwatch.Range.Arrivals;

/// <summary>
/// When people ask: awake, more at work or in the evening as they are, in conversations of a few turns with the time it takes to read and
/// type between them. No published trace has single people with their hours: these are assumptions, held against real logs by <c>range
/// compare</c>.
/// </summary>
internal static class PeopleArrivals
{
    private const double MeanOfLogGap = 4.0,
        DeviationOfLogGap = 0.9; // e^4 = 55 s

    /// <summary>The hour of waking in UTC, from a person's seed and the hours that their country is off.</summary>
    public static double Wakes(Chance chance, string country) => 7 + 1.2 * chance.Normal() - World.Networks.HoursAhead(country);

    /// <summary>A moment of <paramref name="day"/> at which somebody who woke at <paramref name="wakes"/> begins to ask.</summary>
    public static long Begin(long day, double wakes, bool evening, Chance chance)
    {
        var awake = evening
            ? Math.Clamp(12.5 + 1.8 * chance.Normal(), 0.2, 16.5)
            : Math.Clamp(1.5 + 9 * (chance.NextDouble() + chance.NextDouble()) / 2, 0.2, 16.5);
        return day * World.Provider.Day + (long)((wakes + awake + 48) % 24 * World.Provider.Hour) / 1000 * 1000;
    }

    /// <summary>The time to the next turn, in microseconds.</summary>
    public static long Gap(Chance chance) => (long)(Math.Clamp(chance.LogNormal(MeanOfLogGap, DeviationOfLogGap), 4, 1500) * 1000) * 1000;
}
