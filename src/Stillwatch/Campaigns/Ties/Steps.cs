namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// The numbers of exchanges at which an account is held against others by a graded link: each about a doubling, so that looking again costs
/// a logarithm.
/// </summary>
internal static class Steps
{
    private static readonly long[] All = [First, 24, 48, 96, 192, 384, 1_536];

    /// <summary>The first one: with fewer exchanges little was shown.</summary>
    public const long First = 12;

    /// <summary>The highest step that <paramref name="exchanges"/> came to; 0 below the first.</summary>
    public static long Latest(long exchanges)
    {
        var latest = 0L;
        foreach (var step in All)
        {
            latest = exchanges >= step ? step : latest;
        }

        return latest;
    }
}
