namespace Stillwatch.Cases;

/// <summary>
/// The words of ICD 203 (US Intelligence Community Directive 203, Analytic Standards, D.6.e.2.a) for how likely something is. A word for
/// likelihood and a level of confidence do not stand in one sentence.
/// </summary>
public static class Likelihood
{
    private static readonly (double Below, string Words)[] All =
    [
        (0.05, "almost no chance"),
        (0.20, "very unlikely"),
        (0.45, "unlikely"),
        (0.55, "roughly even chance"),
        (0.80, "likely"),
        (0.95, "very likely"),
        (double.PositiveInfinity, "almost certain"),
    ];

    /// <summary>The words for a probability, 0 to 1.</summary>
    public static string Words(double probability) => All.First(one => probability < one.Below).Words;
}
