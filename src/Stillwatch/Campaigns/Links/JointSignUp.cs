using System.Numerics;
using System.Runtime.CompilerServices;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts were made within the same few days.</summary>
/// <remarks>
/// Page: docs/links/joint-sign-up.md. Whoever needs accounts for a job makes them for the job. Graded: the Bayes factor of one common time
/// of making, against when everybody's accounts were made, so that a launch or a campaign of the provider's own says little.
/// </remarks>
public readonly struct JointSignUp : ILink<JointSignUp.State>
{
    private const int Cells = 96; // 384 days of four; who is older falls in with who is younger
    private const long CellLength = 4 * EventTime.Day;

    private const long New = 8; // days from being made to the first exchange

    private static readonly Mixture Own = new(Cells, concentration: 4);

    /// <inheritdoc/>
    public static LinkId Id => new("joint-sign-up", 1, LinkFamily.Identity);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Created;

    /// <inheritdoc/>
    public static string Says => "were made within the same few days";

    /// <inheritdoc/>
    public static bool Graded => true;

    /// <summary>
    /// Two groups made at one time are one coincidence, however many accounts each has: no more than one in about as many as there are
    /// cells.
    /// </summary>
    public static double MostBits => 6;

    /// <summary>
    /// Exchanges, the days of making and of the first exchange (of accounts merged the first of each), one more than they are, and how many
    /// accounts were made in each cell.
    /// </summary>
    public struct State
    {
        internal long Exchanges,
            Day,
            FirstDay;
        internal ByCell Made;
    }

    [InlineArray(Cells)]
    internal struct ByCell
    {
        private byte _first;
    }

    /// <inheritdoc/>
    public static void Begin(ref State state, in AccountFacts facts)
    {
        (state.Day, state.Made) = (0, default);
        if (facts.Created is { } created)
        {
            state.Day = created.Window(EventTime.Day) + 1;
            state.Made[CellOf(created)] = 1;
        }
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        state.Exchanges++;
        state.FirstDay = Earlier(state.FirstDay, features.At.Window(EventTime.Day) + 1);
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        into.Day = Earlier(into.Day, other.Day);
        into.FirstDay = Earlier(into.FirstDay, other.FirstDay);
        for (var i = 0; i < Cells; i++)
        {
            into.Made[i] = (byte)Math.Min(byte.MaxValue, into.Made[i] + other.Made[i]);
        }
    }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        // Looked up among those who were made within about two days and came to as many exchanges.
        var step = Steps.Latest(state.Exchanges);
        if (step == 0 || state.Day == 0)
        {
            return 0;
        }

        for (var grid = 0; grid < 2; grid++)
        {
            values[grid] = KeyedHash.Fold((ulong)step * 2 + (ulong)grid, (ulong)((state.Day + grid) / 2));
        }

        return 2;
    }

    /// <inheritdoc/>
    public static double Compare(in State a, in State b, ReadOnlySpan<double> background)
    {
        Span<ushort> inA = stackalloc ushort[Cells],
            inB = stackalloc ushort[Cells];
        for (var i = 0; i < Cells; i++)
        {
            (inA[i], inB[i]) = (a.Made[i], b.Made[i]);
        }

        // Accounts that were made to be used at once begin together because they were made together: when they are busy says that already.
        var bits = Own.Bits(inA, inB, background);
        return IsNew(a) && IsNew(b) ? Math.Min(0, bits) : bits;
    }

    /// <inheritdoc/>
    public static int BackgroundCells => Cells;

    /// <inheritdoc/>
    public static bool BeginBackground(Span<ulong> cells, in AccountFacts facts) =>
        facts.Created is { } created && BitOperations.IsPow2(++cells[CellOf(created)]);

    /// <inheritdoc/>
    public static void ReadBackground(ReadOnlySpan<ulong> cells, Span<double> logarithms) => Shares.Read(cells, logarithms);

    private static bool IsNew(in State state) => state.FirstDay - state.Day <= New;

    private static long Earlier(long day, long other) =>
        day == 0 ? other
        : other == 0 ? day
        : Math.Min(day, other);

    private static int CellOf(EventTime created) => (int)(created.Window(CellLength) % Cells);
}
