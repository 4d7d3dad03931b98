namespace Stillwatch.Signals;

/// <summary>How many exchanges count towards a standardised statistic.</summary>
internal static class Support
{
    /// <summary>Beyond so many exchanges it is a customer's habits and no longer chance that make a deviation, and habits stay.</summary>
    public const double Enough = 400;

    /// <summary>
    /// The factor that takes a sum over <paramref name="exchanges"/> to one over at most <see cref="Enough"/>: a deviation that stays the
    /// same then grows with √n up to there and no further, so that a large honest customer is no stranger than a middling one.
    /// </summary>
    public static double Saturate(long exchanges) => exchanges <= Enough ? 1 : Math.Sqrt(Enough / exchanges);
}
