using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts are busy and idle in the same stretches of time: they begin together, pause together, stop together.</summary>
/// <remarks>
/// Page: docs/links/joint-activity.md. What a load balancer hands to many accounts follows the job's hours and not any customer's: it
/// begins with the job, rests with it, and reacts to a release or to a ban all at once. Graded: the Bayes factor of one common activity.
/// </remarks>
public readonly struct JointActivity : ILink<JointActivity.State>
{
    private const int Windows = 144; // 36 days of six hours; a later one takes the place of one a whole round earlier
    private const int DayParts = 4;
    private const long WindowLength = 6 * EventTime.Hour;
    private const int CountBits = 12;
    private const int MostCount = (1 << CountBits) - 1;

    private const int BackgroundBits = 40; // of a background cell: so many count, the rest names the round
    private const ulong MostBackground = (1UL << BackgroundBits) - 1;

    private static readonly Mixture Own = new(Windows, concentration: 4);

    /// <inheritdoc/>
    public static LinkId Id => new("joint-activity", 1, LinkFamily.Time);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Nothing;

    /// <inheritdoc/>
    public static string Says => "are busy and idle at the same times";

    /// <inheritdoc/>
    public static bool Graded => true;

    /// <summary>Exchanges, and how many in each window: four bits name the round, twelve count.</summary>
    public struct State
    {
        internal long Exchanges;
        internal ByWindow Counts;
    }

    [InlineArray(Windows)]
    internal struct ByWindow
    {
        private ushort _first;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        var window = features.At.Window(WindowLength);
        state.Exchanges++;
        Add(ref state.Counts[(int)(window % Windows)], (ushort)(Round(window) << CountBits | 1));
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        for (var i = 0; i < Windows; i++)
        {
            Add(ref into.Counts[i], other.Counts[i]);
        }
    }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        // Looked up among those who came to as many exchanges at about the same time, or also began at about the same time: a job's
        // accounts keep step. Two grids of twelve hours, so that no pair is cut apart by where a stretch begins.
        var step = Steps.Latest(state.Exchanges);
        if (step == 0)
        {
            return 0;
        }

        var (first, reached) = Reached(state, step);
        for (var grid = 0; grid < 2; grid++)
        {
            var at = KeyedHash.Fold((ulong)step * 2 + (ulong)grid, (ulong)((reached + grid) / 2));
            values[grid * 2] = at;
            values[grid * 2 + 1] = KeyedHash.Fold(at, (ulong)((first + grid) / 2));
        }

        return 4;
    }

    /// <inheritdoc/>
    public static double Compare(in State a, in State b, ReadOnlySpan<double> background)
    {
        Span<ushort> inA = stackalloc ushort[Windows],
            inB = stackalloc ushort[Windows];
        inA.Clear();
        inB.Clear();
        for (var i = 0; i < Windows; i++)
        {
            var (x, y) = (a.Counts[i], b.Counts[i]);
            if ((x | y) == 0)
            {
                continue;
            }

            var later = Later(x, y) ? x : y; // a window of an earlier round is over for both
            inA[i] = (ushort)(x >> CountBits == later >> CountBits ? x & MostCount : 0);
            inB[i] = (ushort)(y >> CountBits == later >> CountBits ? y & MostCount : 0);
        }

        // who is up at the same time of day may only live in one time zone
        return Own.Bits(inA, inB, background[..Windows], background[Windows..]);
    }

    /// <inheritdoc/>
    public static int BackgroundCells => Windows + DayParts;

    /// <inheritdoc/>
    public static bool ObserveBackground(Span<ulong> cells, in ExchangeFeatures features)
    {
        var window = (ulong)features.At.Window(WindowLength);
        ref var cell = ref cells[(int)(window % Windows)];
        var (round, held) = (window / Windows, cell >> BackgroundBits);
        if (round < held)
        {
            return false; // of a round that is over
        }

        cell = round > held ? round << BackgroundBits | 1 : cell + 1;
        return BitOperations.IsPow2(cell & MostBackground);
    }

    /// <inheritdoc/>
    public static void ReadBackground(ReadOnlySpan<ulong> cells, Span<double> logarithms)
    {
        var latest = 0UL;
        for (var i = 0; i < Windows; i++)
        {
            latest = Math.Max(latest, Window(cells, i));
        }

        Span<ulong> counts = stackalloc ulong[Windows];
        for (var i = 0; i < Windows; i++)
        {
            counts[i] = Count(cells, i, latest);
        }

        Shares.Read(counts, logarithms[..Windows]);
        Span<ulong> parts = stackalloc ulong[DayParts];
        parts.Clear();
        for (var i = 0; i < Windows; i++)
        {
            parts[i % DayParts] += counts[i];
        }

        Shares.Read(parts, logarithms[Windows..]);
    }

    private static ulong Window(ReadOnlySpan<ulong> cells, int at) =>
        cells[at] == 0 ? 0 : (cells[at] >> BackgroundBits) * Windows + (ulong)at;

    /// <summary>How many exchanges fell into a window, where it is not a whole round earlier than the latest.</summary>
    private static ulong Count(ReadOnlySpan<ulong> cells, int at, ulong latest) =>
        Window(cells, at) + Windows > latest ? cells[at] & MostBackground : 0;

    /// <summary>
    /// The first window with an exchange, and the one in which the count reached <paramref name="step"/>; both in windows since some
    /// round's beginning.
    /// </summary>
    private static (long First, long Reached) Reached(in State state, long step)
    {
        ReadOnlySpan<ushort> counts = MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<ByWindow, ushort>(ref Unsafe.AsRef(in state.Counts)),
            Windows
        );
        var round = -1;
        foreach (var count in counts)
        {
            round = count != 0 && (round < 0 || Later(count, (ushort)(round << CountBits))) ? count >> CountBits : round;
        }

        // The latest round's windows come after those of the round before it.
        long first = -1,
            sum = 0;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < Windows; i++)
            {
                if (counts[i] == 0 || counts[i] >> CountBits == round != (pass == 1))
                {
                    continue;
                }

                var window = (long)(counts[i] >> CountBits) * Windows + i;
                first = first < 0 ? window : first;
                sum += counts[i] & MostCount;
                if (sum >= step)
                {
                    return (first, window);
                }
            }
        }

        return (Math.Max(0, first), Math.Max(0, first));
    }

    /// <summary>Rounds go from 1 to 15 and begin anew, so that an empty window is none of them.</summary>
    private static long Round(long window) => window / Windows % 15 + 1;

    /// <summary>
    /// Whether <paramref name="x"/>'s round is <paramref name="y"/>'s or a later one; rounds more than seven apart have gone round.
    /// </summary>
    private static bool Later(ushort x, ushort y) => y == 0 || x != 0 && ((x >> CountBits) - (y >> CountBits) + 15) % 15 <= 7;

    private static void Add(ref ushort mine, ushort other)
    {
        if (other == 0)
        {
            return;
        }

        if (mine >> CountBits == other >> CountBits)
        {
            mine = (ushort)(mine & ~MostCount | Math.Min(MostCount, (mine & MostCount) + (other & MostCount)));
        }
        else if (!Later(mine, other) || mine == 0)
        {
            mine = other;
        }
    }
}
