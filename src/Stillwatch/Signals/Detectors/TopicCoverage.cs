using System.Numerics;
using System.Runtime.CompilerServices;
using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>How much of the space of topics the prompts cover, against what so many prompts of one customer usually do.</summary>
/// <remarks>
/// Page: docs/detectors/topic-coverage.md. Cells are random-hyperplane hashes (Charikar, STOC 2002, section 3) of the topic embedding, as
/// in the coverage defences against model extraction.
/// </remarks>
public readonly struct TopicCoverage : IDetector<TopicCoverage.State>
{
    private const int Bits = 10;
    private const double Steadier = 20; // exchanges added to the support

    /// <inheritdoc/>
    public static DetectorId Id => new("topic-coverage", 1);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <inheritdoc/>
    public static string? Kin => "topics";

    /// <summary>Exchanges with a topic, and which of the 1,024 cells they fell into.</summary>
    public struct State
    {
        internal long Exchanges;
        internal Cells Seen;
    }

    [InlineArray(1 << Bits >> 6)]
    internal struct Cells
    {
        private ulong _first;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.Words == 0)
        {
            return;
        }

        state.Exchanges++;
        var cell = features.TopicCell(Bits);
        state.Seen[cell >> 6] |= 1UL << (cell & 63);
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        for (var i = 0; i < 1 << Bits >> 6; i++)
        {
            into.Seen[i] |= other.Seen[i];
        }
    }

    /// <inheritdoc/>
    public static Reading Read(in State state) =>
        new(Covered(state) / Math.Sqrt(state.Exchanges + Steadier), state.Exchanges, "cells-covered");

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"{state.Exchanges:N0} prompts reached {Covered(state):N0} of 1,024 cells of the topic space";

    private static int Covered(in State state)
    {
        var covered = 0;
        for (var i = 0; i < 1 << Bits >> 6; i++)
        {
            covered += BitOperations.PopCount(state.Seen[i]);
        }

        return covered;
    }
}
