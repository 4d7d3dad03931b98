namespace Stillwatch.Campaigns;

/// <summary>The numbers of exchanges at which an account is held against others by a graded link: each about a doubling, so that looking again costs a logarithm.</summary>
internal static class Steps
{
    private static readonly long[] All = [12, 24, 48, 96, 192, 384, 1_536];

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
