using MathNet.Numerics;

namespace Stillwatch.Statistics;

/// <summary>
/// How much two histograms look like draws from one mixture and not from two of their own: the logarithm of the Bayes factor <c>P(a, b |
/// one mixture) / (P(a | own) · P(b | own))</c>. A mixture over k cells is either the background's, that of everybody, or one with a
/// symmetric Dirichlet prior, or the background's with shares of its phases of their own (cells i, i + p, i + 2p are of one phase),
/// whichever explains the draws better; the probability under the prior is that of the Dirichlet-multinomial (Minka, "Estimating a
/// Dirichlet distribution", 2000, section 2.2).
/// </summary>
/// <remarks>
/// It knows how much was seen: few draws say little, many alike ones much, many unlike ones as much against. Two who are alike in being
/// like everybody come to nothing. Immutable, hence thread-safe.
/// </remarks>
/// <param name="cells">k, the number of cells.</param>
/// <param name="concentration">The sum of the prior's parameters: so many draws' worth of belief that mixtures are spread evenly. Small
/// means that own mixtures are peaked.</param>
internal sealed class Mixture(int cells, double concentration)
{
    private const int Tabled = 4_096;
    private const int MostPhases = 8;

    private readonly double[] _ofCell = Table(concentration / cells);
    private readonly double[] _ofTotal = Table(concentration);

    /// <summary>The Bayes factor of <paramref name="a"/> and <paramref name="b"/>, in bits; 0 where either is empty.</summary>
    /// <param name="a">A histogram.</param>
    /// <param name="b">Another.</param>
    /// <param name="background">By cell, the natural logarithm of the background's share.</param>
    /// <param name="phases">By phase, the natural logarithm of the background's share; empty where there are none. At most eight.</param>
    public double Bits(
        ReadOnlySpan<ushort> a,
        ReadOnlySpan<ushort> b,
        ReadOnlySpan<double> background,
        ReadOnlySpan<double> phases = default
    )
    {
        Span<int> phasesOfA = stackalloc int[MostPhases],
            phasesOfB = stackalloc int[MostPhases];
        phasesOfA.Clear();
        phasesOfB.Clear();
        double together = 0,
            ofA = 0,
            ofB = 0,
            plainA = 0,
            plainB = 0;
        long inA = 0,
            inB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            int x = a[i],
                y = b[i];
            if (x + y == 0)
            {
                i = NextOrLast(a, b, i);
                (x, y) = (a[i], b[i]);
                if (x + y == 0)
                {
                    break;
                }
            }

            inA += x;
            inB += y;
            if (phases.Length > 0)
            {
                phasesOfA[i % phases.Length] += x;
                phasesOfB[i % phases.Length] += y;
            }

            plainA += x * background[i];
            plainB += y * background[i];
            var (cellA, cellB) = (OfCell(x), OfCell(y));
            ofA += cellA;
            ofB += cellB;
            together +=
                x == 0 ? cellB
                : y == 0 ? cellA
                : OfCell(x + y);
        }

        if (inA == 0 || inB == 0)
        {
            return 0;
        }

        double gainA = 0,
            gainB = 0,
            gain = 0;
        for (var phase = 0; phase < phases.Length; phase++)
        {
            gainA += Gain(phasesOfA[phase], inA, phases[phase]);
            gainB += Gain(phasesOfB[phase], inB, phases[phase]);
            gain += Gain(phasesOfA[phase] + phasesOfB[phase], inA + inB, phases[phase]);
        }

        var explained = Math.Max(together - OfTotal(inA + inB), plainA + plainB + gain);
        return (explained - Math.Max(ofA - OfTotal(inA), plainA + gainA) - Math.Max(ofB - OfTotal(inB), plainB + gainB)) / Math.Log(2);
    }

    /// <summary>
    /// The next place from <paramref name="from"/> on where either has anything, the last one where there is none: most histograms are
    /// nearly empty.
    /// </summary>
    private static int NextOrLast(ReadOnlySpan<ushort> a, ReadOnlySpan<ushort> b, int from)
    {
        var (inA, inB) = (a[from..].IndexOfAnyExcept((ushort)0), b[from..].IndexOfAnyExcept((ushort)0));
        var next =
            inA < 0 ? inB
            : inB < 0 ? inA
            : Math.Min(inA, inB);
        return next < 0 ? a.Length - 1 : from + next;
    }

    /// <summary>What is won by a phase's own share over the background's.</summary>
    private static double Gain(long count, long total, double background) =>
        count == 0 ? 0 : count * (Math.Log((double)count / total) - background);

    /// <summary>ln Γ(α + count) − ln Γ(α) of one cell.</summary>
    private double OfCell(int count) =>
        count < Tabled
            ? _ofCell[count]
            : SpecialFunctions.GammaLn(concentration / cells + count) - SpecialFunctions.GammaLn(concentration / cells);

    /// <summary>The same of the total.</summary>
    private double OfTotal(long count) =>
        count < Tabled ? _ofTotal[count] : SpecialFunctions.GammaLn(concentration + count) - SpecialFunctions.GammaLn(concentration);

    private static double[] Table(double parameter)
    {
        var table = new double[Tabled];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = SpecialFunctions.GammaLn(parameter + i) - SpecialFunctions.GammaLn(parameter);
        }

        return table;
    }
}
