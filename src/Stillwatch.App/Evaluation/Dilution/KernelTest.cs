using System.Numerics;
using Stillwatch.Sketches;

namespace Stillwatch.App.Evaluation.Dilution;

/// <summary>The plain kernel two-sample test of arXiv 2606.05725 on the same bins, for comparison: unit vectors, projected at random onto 128 dimensions, mixture of Gaussian kernels.</summary>
internal sealed class KernelTest
{
    private const int Dimensions = 128;
    private static readonly float[] Widths = [0.5f, 1, 2, 4];

    private readonly float[][] _reference;
    private readonly double _within;
    private readonly float _median;

    /// <summary>Takes the reference that windows are held against.</summary>
    public KernelTest(IReadOnlyList<int[]> reference)
    {
        _reference = [.. reference.Select(Embed)];
        var random = new Random(9);
        var distances = Enumerable.Range(0, 2_000).Select(_ => MathF.Sqrt(Distance2(_reference[random.Next(_reference.Length)], _reference[random.Next(_reference.Length)]))).Where(d => d > 0).Order().ToArray();
        _median = distances.Length == 0 ? 1 : distances[distances.Length / 2];
        _within = Within(_reference);
    }

    /// <summary>Unbiased MMD² of <paramref name="window"/> and the reference.</summary>
    public double Statistic(IReadOnlyList<int[]> window)
    {
        float[][] embedded = [.. window.Select(Embed)];
        var across = 0.0;
        foreach (var x in embedded)
        {
            foreach (var y in _reference)
            {
                across += Kernel(x, y);
            }
        }

        return Within(embedded) + _within - 2 * across / ((double)embedded.Length * _reference.Length);
    }

    private double Within(float[][] window)
    {
        var sum = 0.0;
        for (var i = 0; i < window.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                sum += Kernel(window[i], window[j]);
            }
        }

        return 2 * sum / (window.Length * (window.Length - 1.0));
    }

    private float Kernel(float[] a, float[] b)
    {
        var d = Distance2(a, b) / (2 * _median * _median);
        var sum = 0f;
        foreach (var width in Widths)
        {
            sum += MathF.Exp(-d / (width * width));
        }

        return sum / Widths.Length;
    }

    private static float Distance2(float[] a, float[] b)
    {
        var sum = Vector<float>.Zero;
        for (var i = 0; i < Dimensions; i += Vector<float>.Count)
        {
            var d = new Vector<float>(a, i) - new Vector<float>(b, i);
            sum += d * d;
        }

        return Vector.Sum(sum);
    }

    private static float[] Embed(int[] bins)
    {
        var sums = new float[Dimensions];
        foreach (var bin in bins)
        {
            var hash = KeyedHash.Mix((ulong)bin + 1);
            for (var k = 0; k < 4; k++, hash >>= 16)
            {
                sums[hash & (Dimensions - 1)] += (hash & 0x8000) != 0 ? 1 : -1;
            }
        }

        var norm = MathF.Sqrt(sums.Sum(x => x * x));
        return norm > 0 ? [.. sums.Select(x => x / norm)] : sums;
    }
}
