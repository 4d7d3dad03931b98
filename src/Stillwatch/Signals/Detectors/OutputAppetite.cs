using System.Numerics;
using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>Long answers, again and again: what a training set is made of.</summary>
/// <remarks>Page: docs/detectors/output-appetite.md. Writers and coders get long answers too; much output alone is no sign.</remarks>
public readonly struct OutputAppetite : IDetector<OutputAppetite.State>
{
    private const int One = 256; // logarithms are summed in 256ths, so that sums do not depend on order
    private const double OrdinaryLogarithm = 6; // answers of 64 tokens
    private const double Steadier = 10;

    /// <inheritdoc/>
    public static DetectorId Id => new("output-appetite", 1);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Answers;

    /// <summary>Answered exchanges, and the sum of log₂(1 + tokens out) in 256ths.</summary>
    public struct State
    {
        internal long Exchanges,
            Logarithms,
            Tokens;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (!features.IsAnswered)
        {
            return; // who was refused took nothing
        }

        state.Exchanges++;
        state.Tokens += features.OutputTokens;
        state.Logarithms += Logarithm((uint)Math.Max(0, features.OutputTokens) + 1);
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        into.Logarithms += other.Logarithms;
        into.Tokens += other.Tokens;
    }

    /// <inheritdoc/>
    public static Reading Read(in State state) =>
        new(
            Support.Saturate(state.Exchanges)
                * ((double)state.Logarithms / One - OrdinaryLogarithm * state.Exchanges)
                / Math.Sqrt(state.Exchanges + Steadier),
            state.Exchanges,
            "long-answers"
        );

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"{state.Tokens:N0} tokens out in {state.Exchanges:N0} answers, {(double)state.Tokens / Math.Max(1, state.Exchanges):N0} an answer";

    /// <summary>log₂ in 256ths, linear between powers of two: the same on every machine.</summary>
    private static int Logarithm(uint x)
    {
        var whole = BitOperations.Log2(x);
        return whole * One + (int)(((ulong)x << 8 >> whole) - One);
    }
}
