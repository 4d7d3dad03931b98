namespace Stillwatch.Range.Arrivals;

/// <summary>
/// When programs ask: a daily rhythm, on top of it a load that wanders from one ten minutes to the next, and chance within them.
/// </summary>
/// <remarks>
/// Fitted to the 313 clients of ServeGen (Xiang et al., "ServeGen: Workload characterization and generation of LLM serving in production",
/// 2025; its published per-client trace of 14 days in windows of ten minutes): the amplitude of the first daily harmonic has quartiles
/// 0.42, 0.95 and 1.66; the logarithm of a window's rate has a standard deviation of 1.22 (median of clients) and a correlation of 0.84
/// from one window to the next; weekends carry 0.72 of a weekday; within a window the inter-arrival times' coefficient of variation is 1.23
/// (median), which chance alone (1) comes near. Those clients are a provider's largest: how much a client asks for is not taken from there.
/// </remarks>
internal static class ProgramArrivals
{
    /// <summary>The correlation of the load from one ten minutes to the next.</summary>
    public const double Persistence = 0.84;

    /// <summary>The standard deviation of the logarithm of the load.</summary>
    public const double Wander = 1.22;

    /// <summary>A weekend day's load against a weekday's.</summary>
    public const double Weekend = 0.72;

    private const int Windows = 144;
    private const long WindowMicros = 600_000_000;

    /// <summary>The amplitude of an account's daily rhythm, 0 to 2, from its seed.</summary>
    public static double Amplitude(Chance chance) => Math.Clamp(chance.LogNormal(-0.12, 0.85), 0, 2);

    /// <summary>The times of a day, ascending in no order.</summary>
    /// <param name="day">The day's number since the epoch.</param>
    /// <param name="perDay">How many there are on an average weekday.</param>
    /// <param name="amplitude">The amplitude of the daily rhythm.</param>
    /// <param name="peak">The hour at which it is highest, UTC.</param>
    /// <param name="chance">Begun for this account and day.</param>
    /// <param name="into">Receives microseconds since the epoch, whole milliseconds.</param>
    public static void Plan(long day, double perDay, double amplitude, double peak, Chance chance, List<long> into)
    {
        var weekend = (day + 4) % 7 is 0 or 6; // the epoch was a Thursday
        var count = chance.Poisson(perDay * (weekend ? Weekend : 1) * chance.LogNormal(-0.08, 0.4));
        if (count == 0)
        {
            return;
        }

        Span<double> upTo = stackalloc double[Windows];
        var (load, sum) = (chance.Normal(), 0.0);
        var fresh = Math.Sqrt(1 - Persistence * Persistence);
        for (var i = 0; i < Windows; i++)
        {
            var rhythm = Math.Max(0.02, 1 + amplitude * Math.Cos(2 * Math.PI * (i / 6.0 - peak) / 24));
            sum += rhythm * Math.Exp(Wander * load);
            upTo[i] = sum;
            load = Persistence * load + fresh * chance.Normal();
        }

        for (var i = 0; i < count; i++)
        {
            var at = upTo.BinarySearch(chance.NextDouble() * sum);
            var window = Math.Min(Windows - 1, at < 0 ? ~at : at);
            into.Add(day * World.Provider.Day + window * WindowMicros + chance.Next((int)(WindowMicros / 1000)) * 1000L);
        }
    }
}
