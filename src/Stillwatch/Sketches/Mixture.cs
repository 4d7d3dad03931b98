using MathNet.Numerics;

namespace Stillwatch.Sketches;

/// <summary>
/// How much two histograms look like draws from one mixture and not from two of their own: the logarithm of the Bayes factor
/// <c>P(a, b | one mixture) / (P(a | own) · P(b | own))</c>, where a mixture over k cells has a symmetric Dirichlet prior. The two probabilities
/// are those of the Dirichlet-multinomial (Minka, "Estimating a Dirichlet distribution", 2000, section 2.2).
/// </summary>
/// <remarks>
/// It knows how much was seen: few draws say little, many alike ones much, many unlike ones as much against. Cells that only one of the two has
/// count through the totals alone, so that the work is that of the cells in common. Immutable, hence thread-safe.
/// </remarks>
/// <param name="cells">k, the number of cells.</param>
/// <param name="concentration">The sum of the prior's parameters: so many draws' worth of belief that mixtures are spread evenly. Small means that own mixtures are peaked.</param>
internal sealed class Mixture(int cells, double concentration)
{
    private const int Tabled = 4_096;

    private readonly double[] _ofCell = Table(concentration / cells);
    private readonly double[] _ofTotal = Table(concentration);

    /// <summary>The Bayes factor of <paramref name="a"/> and <paramref name="b"/>, in bits; 0 where either is empty.</summary>
    public double Bits(ReadOnlySpan<ushort> a, ReadOnlySpan<ushort> b)
    {
        double sum = 0;
        long inA = 0, inB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            int x = a[i], y = b[i];
            inA += x;
            inB += y;
            if (x != 0 && y != 0)
            {
                sum += LogGamma(_ofCell, concentration / cells, x + y) - LogGamma(_ofCell, concentration / cells, x) - LogGamma(_ofCell, concentration / cells, y) + _ofCell[0];
            }
        }

        sum -= LogGamma(_ofTotal, concentration, inA + inB) - LogGamma(_ofTotal, concentration, inA) - LogGamma(_ofTotal, concentration, inB) + _ofTotal[0];
        return sum / Math.Log(2);
    }

    private static double LogGamma(double[] table, double parameter, long count) => count < Tabled ? table[count] : SpecialFunctions.GammaLn(parameter + count);

    private static double[] Table(double parameter)
    {
        var table = new double[Tabled];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = SpecialFunctions.GammaLn(parameter + i);
        }

        return table;
    }
}
