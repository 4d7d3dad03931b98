using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>A verdict with all that was weighed for it and against it.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Lead">By how many bits it leads the next; 0 where it is unknown.</param>
/// <param name="Arguments">The evidence, by verdict, strongest first.</param>
public sealed record Assessment(Verdict Verdict, double Lead, IReadOnlyList<Argument> Arguments)
{
    private const double LeastLead = 3; // bits: eight to one
    private const double LeastSum = 3;

    /// <summary>
    /// Weighs <paramref name="arguments"/>: who leads all others by three bits and has three bits of their own is the verdict.
    /// </summary>
    public static Assessment Of(IEnumerable<Argument> arguments)
    {
        var all = arguments
            .Where(argument => argument.Bits != 0)
            .OrderBy(argument => argument.For)
            .ThenByDescending(argument => Math.Abs(argument.Bits))
            .ThenBy(argument => argument.Text, StringComparer.Ordinal)
            .ToList();
        var ranked = Enum.GetValues<Verdict>()
            .Where(verdict => verdict != Verdict.Unknown)
            .Select(verdict => (Verdict: verdict, Sum: all.Where(argument => argument.For == verdict).Sum(argument => argument.Bits)))
            .OrderByDescending(one => one.Sum)
            .ThenBy(one => one.Verdict)
            .ToList();
        var lead = ranked[0].Sum - ranked[1].Sum;
        return lead >= LeastLead && ranked[0].Sum >= LeastSum ? new(ranked[0].Verdict, lead, all) : new(Verdict.Unknown, 0, all);
    }

    /// <summary>
    /// What would have to be otherwise for another verdict: what the strongest arguments for this one and against the runner-up rest on; at
    /// most three.
    /// </summary>
    public IReadOnlyList<string> WouldChange =>
        [
            .. Arguments
                .Where(argument => argument.For == Verdict ? argument.Bits > 0 : argument.Bits < 0)
                .OrderByDescending(argument => Math.Abs(argument.Bits))
                .Select(argument => argument.WouldChange)
                .Where(text => text.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .Take(3),
        ];
}
