using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Stillwatch.Range.House.Decoding;

/// <summary>
/// States times weights. Each number is summed in one order whatever else is computed beside it, so that an answer does not depend on who
/// else asks: four states and four rows of weights at a time where there are as many, so that each number that is loaded is used four
/// times.
/// </summary>
internal static class MatrixProduct
{
    private const int Lanes = 16;
    private const int Block = 4;

    /// <summary>Writes y[i, j] = Σ x[i, k] w[j, k].</summary>
    /// <param name="x">States, <paramref name="rows"/> by <paramref name="inner"/>.</param>
    /// <param name="rows">How many states.</param>
    /// <param name="inner">A state's width, a multiple of 16.</param>
    /// <param name="weights">Weights, <paramref name="outer"/> by <paramref name="inner"/>.</param>
    /// <param name="outer">How many rows of weights.</param>
    /// <param name="y">Receives <paramref name="rows"/> by <paramref name="outer"/>.</param>
    public static void Multiply(ReadOnlySpan<float> x, int rows, int inner, ReadOnlySpan<float> weights, int outer, Span<float> y)
    {
        if (x.Length < rows * inner || weights.Length < outer * inner || y.Length < rows * outer || inner % Lanes != 0)
        {
            throw new ArgumentException($"{rows} by {inner} times {outer} by {inner} does not fit into what was given.", nameof(inner));
        }

        ref var states = ref MemoryMarshal.GetReference(x);
        ref var matrix = ref MemoryMarshal.GetReference(weights);
        var j = 0;
        for (; j + Block <= outer; j += Block)
        {
            ref var w = ref System.Runtime.CompilerServices.Unsafe.Add(ref matrix, j * inner);
            var i = 0;
            for (; i + Block <= rows; i += Block)
            {
                FourByFour(
                    ref System.Runtime.CompilerServices.Unsafe.Add(ref states, i * inner),
                    inner,
                    ref w,
                    y[(i * outer + j)..],
                    outer
                );
            }

            for (; i < rows; i++)
            {
                OneByFour(ref System.Runtime.CompilerServices.Unsafe.Add(ref states, i * inner), inner, ref w, y[(i * outer + j)..]);
            }
        }

        for (; j < outer; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                y[i * outer + j] = Dot(x.Slice(i * inner, inner), weights.Slice(j * inner, inner));
            }
        }
    }

    /// <summary>The inner product; the order of its sum is that of <see cref="Multiply"/>.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var second = ref MemoryMarshal.GetReference(b);
        var sum = Vector512<float>.Zero;
        for (nuint k = 0; k < (nuint)a.Length; k += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref first, k), Vector512.LoadUnsafe(ref second, k), sum);
        }

        return Vector512.Sum(sum);
    }

    private static void OneByFour(ref float x, int inner, ref float w, Span<float> y)
    {
        Vector512<float> a = default,
            b = default,
            c = default,
            d = default;
        nuint row = (nuint)inner;
        for (nuint k = 0; k < row; k += Lanes)
        {
            var state = Vector512.LoadUnsafe(ref x, k);
            a = Vector512.FusedMultiplyAdd(state, Vector512.LoadUnsafe(ref w, k), a);
            b = Vector512.FusedMultiplyAdd(state, Vector512.LoadUnsafe(ref w, row + k), b);
            c = Vector512.FusedMultiplyAdd(state, Vector512.LoadUnsafe(ref w, 2 * row + k), c);
            d = Vector512.FusedMultiplyAdd(state, Vector512.LoadUnsafe(ref w, 3 * row + k), d);
        }

        (y[0], y[1], y[2], y[3]) = (Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));
    }

    private static void FourByFour(ref float x, int inner, ref float w, Span<float> y, int stride)
    {
        Vector512<float> a0 = default,
            a1 = default,
            a2 = default,
            a3 = default,
            b0 = default,
            b1 = default,
            b2 = default,
            b3 = default;
        Vector512<float> c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            d0 = default,
            d1 = default,
            d2 = default,
            d3 = default;
        nuint row = (nuint)inner;
        for (nuint k = 0; k < row; k += Lanes)
        {
            var (w0, w1) = (Vector512.LoadUnsafe(ref w, k), Vector512.LoadUnsafe(ref w, row + k));
            var (w2, w3) = (Vector512.LoadUnsafe(ref w, 2 * row + k), Vector512.LoadUnsafe(ref w, 3 * row + k));
            var state = Vector512.LoadUnsafe(ref x, k);
            (a0, a1) = (Vector512.FusedMultiplyAdd(state, w0, a0), Vector512.FusedMultiplyAdd(state, w1, a1));
            (a2, a3) = (Vector512.FusedMultiplyAdd(state, w2, a2), Vector512.FusedMultiplyAdd(state, w3, a3));
            state = Vector512.LoadUnsafe(ref x, row + k);
            (b0, b1) = (Vector512.FusedMultiplyAdd(state, w0, b0), Vector512.FusedMultiplyAdd(state, w1, b1));
            (b2, b3) = (Vector512.FusedMultiplyAdd(state, w2, b2), Vector512.FusedMultiplyAdd(state, w3, b3));
            state = Vector512.LoadUnsafe(ref x, 2 * row + k);
            (c0, c1) = (Vector512.FusedMultiplyAdd(state, w0, c0), Vector512.FusedMultiplyAdd(state, w1, c1));
            (c2, c3) = (Vector512.FusedMultiplyAdd(state, w2, c2), Vector512.FusedMultiplyAdd(state, w3, c3));
            state = Vector512.LoadUnsafe(ref x, 3 * row + k);
            (d0, d1) = (Vector512.FusedMultiplyAdd(state, w0, d0), Vector512.FusedMultiplyAdd(state, w1, d1));
            (d2, d3) = (Vector512.FusedMultiplyAdd(state, w2, d2), Vector512.FusedMultiplyAdd(state, w3, d3));
        }

        (y[0], y[1], y[2], y[3]) = (Vector512.Sum(a0), Vector512.Sum(a1), Vector512.Sum(a2), Vector512.Sum(a3));
        y = y[stride..];
        (y[0], y[1], y[2], y[3]) = (Vector512.Sum(b0), Vector512.Sum(b1), Vector512.Sum(b2), Vector512.Sum(b3));
        y = y[stride..];
        (y[0], y[1], y[2], y[3]) = (Vector512.Sum(c0), Vector512.Sum(c1), Vector512.Sum(c2), Vector512.Sum(c3));
        y = y[stride..];
        (y[0], y[1], y[2], y[3]) = (Vector512.Sum(d0), Vector512.Sum(d1), Vector512.Sum(d2), Vector512.Sum(d3));
    }
}
