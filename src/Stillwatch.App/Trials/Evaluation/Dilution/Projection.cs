using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Evaluation.Dilution;

/// <summary>A prompt's bins, projected at random onto a unit vector: what the kernel test, which knows no bins, is given of them.</summary>
internal static class Projection
{
    private const int Dimensions = 128;
    private const int Signs = 4; // of each bin

    /// <summary>The vector.</summary>
    public static float[] Of(int[] bins)
    {
        var sums = new float[Dimensions];
        foreach (var bin in bins)
        {
            var hash = KeyedHash.Mix((ulong)bin + 1);
            for (var k = 0; k < Signs; k++, hash >>= 16)
            {
                sums[hash & (Dimensions - 1)] += (hash & 0x8000) != 0 ? 1 : -1;
            }
        }

        var norm = MathF.Sqrt(sums.Sum(x => x * x));
        return norm > 0 ? [.. sums.Select(x => x / norm)] : sums;
    }
}
