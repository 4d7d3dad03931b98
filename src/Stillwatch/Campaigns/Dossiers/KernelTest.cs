using System.Numerics;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>
/// How far one set of requests lies from another: the unbiased estimate of the squared maximum mean discrepancy (Gretton et al., JMLR 2012,
/// equation 3) with a mixture of Gaussian kernels at 0.5, 1, 2 and 4 times the median distance, as in arXiv 2606.05725. From −1 to 2; 0 is
/// expected of two draws from one source.
/// </summary>
internal sealed class KernelTest
{
    private const int Widths = 4;
    private const float Widest = 4;

    private readonly float[][] _reference;
    private readonly float _scale; // of a squared distance
    private readonly double _within;

    /// <summary>Takes the set that others are held against, of at least two points, each with a multiple of sixteen coordinates.</summary>
    public KernelTest(IEnumerable<float[]> reference)
    {
        _reference = [.. reference];
        List<float> distances = [];
        for (var i = 0; i < _reference.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                distances.Add(Distance2(_reference[i], _reference[j]));
            }
        }

        distances.Sort();
        var median = distances.Count == 0 ? 0 : distances[distances.Count / 2];
        _scale = 1 / (2 * (median > 0 ? median : 1));
        _within = Within(_reference);
    }

    /// <summary>A request's place in the built-in topic embedding.</summary>
    public static float[] Place(ExchangeFeatures.TopicVector topic)
    {
        var place = new float[ExchangeFeatures.TopicDimensions];
        for (var i = 0; i < place.Length; i++)
        {
            place[i] = topic[i];
        }

        return place;
    }

    /// <summary>How far <paramref name="sample"/>, of at least two points, lies from it.</summary>
    public double Of(IEnumerable<float[]> sample)
    {
        float[][] points = [.. sample];
        var across = 0.0;
        foreach (var x in points)
        {
            foreach (var y in _reference)
            {
                across += Kernel(x, y);
            }
        }

        return Within(points) + _within - 2 * across / ((double)points.Length * _reference.Length);
    }

    private double Within(float[][] sample)
    {
        var sum = 0.0;
        for (var i = 0; i < sample.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                sum += Kernel(sample[i], sample[j]);
            }
        }

        return 2 * sum / (sample.Length * (sample.Length - 1.0));
    }

    private float Kernel(float[] a, float[] b)
    {
        var widest = MathF.Exp(-Distance2(a, b) * _scale / (Widest * Widest)); // each narrower one, of half the width, is its fourth power
        var sum = widest;
        for (var narrower = 1; narrower < Widths; narrower++)
        {
            widest *= widest;
            widest *= widest;
            sum += widest;
        }

        return sum / Widths;
    }

    private static float Distance2(float[] a, float[] b)
    {
        var sum = Vector<float>.Zero;
        for (var i = 0; i < a.Length; i += Vector<float>.Count)
        {
            var difference = new Vector<float>(a, i) - new Vector<float>(b, i);
            sum += difference * difference;
        }

        return Vector.Sum(sum);
    }
}
