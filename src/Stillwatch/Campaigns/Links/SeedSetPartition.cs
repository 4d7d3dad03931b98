using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Links;

/// <summary>
/// Two accounts' prompts look like draws without replacement from one set: the same mixture over topics, languages, kinds and lengths, and
/// hardly a prompt in common.
/// </summary>
/// <remarks>
/// Page: docs/links/seed-set-partition.md. Needs no shared text at all. Graded: the Bayes factor of one common mixture, attribute by
/// attribute; attributes are not independent, which the calibration pays for. Who asks the same prompts is no partition (that is
/// shared-seed-set).
/// </remarks>
public readonly struct SeedSetPartition : ILink<SeedSetPartition.State>
{
    private const int TopicBits = 8,
        TopicCells = 1 << TopicBits,
        Kinds = 9,
        Lengths = 14,
        Answers = 18,
        Forms = 32;
    private const int Cells = TopicCells + Take.Languages + Kinds + Lengths + Answers + Forms;
    private const int BodyBits = 1024;
    private const double MostInCommon = 0.2; // of the smaller one's prompts; parts of one set have none but by accident
    private const double NoPartition = 0; // neither for nor against

    private static readonly int[] Sizes = [TopicCells, Take.Languages, Kinds, Lengths, Answers, Forms];
    private static readonly Mixture[] Own = [.. Sizes.Select(size => new Mixture(size, concentration: 4))];

    /// <inheritdoc/>
    public static LinkId Id => new("seed-set-partition", 2, LinkFamily.Content);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <inheritdoc/>
    public static string Says =>
        "ask as if they had shared out one set of tasks: the same mixture of topics, kinds and lengths, and hardly a prompt in common";

    /// <inheritdoc/>
    public static bool Graded => true;

    /// <summary>Exchanges, the first one's day, which bodies came, and how often each attribute's cells came.</summary>
    public struct State
    {
        internal long Exchanges,
            FirstDay; // days since the epoch, one more than it is, so that 0 is "none"
        internal Bodies Seen;
        internal Histograms Counts;
    }

    [InlineArray(BodyBits / 64)]
    internal struct Bodies
    {
        private ulong _first;
    }

    [InlineArray(Cells + 4)] // to a multiple of eight bytes
    internal struct Histograms
    {
        private ushort _first;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (!features.HasText)
        {
            return; // requests that nobody saw are not alike
        }

        var day = features.At.Window(EventTime.Day) + 1;
        state.FirstDay = state.FirstDay == 0 ? day : Math.Min(state.FirstDay, day);
        state.Exchanges++;
        var bit = (int)(KeyedHash.Mix(features.Body) >> 54);
        state.Seen[bit >> 6] |= 1UL << (bit & 63);
        Span<int> cells = stackalloc int[Sizes.Length];
        foreach (var cell in cells[..CellsOf(features, cells)])
        {
            state.Counts[cell] = (ushort)Math.Min(ushort.MaxValue, state.Counts[cell] + 1);
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        if (other.Exchanges == 0)
        {
            return;
        }

        into.Exchanges += other.Exchanges;
        into.FirstDay = into.FirstDay == 0 ? other.FirstDay : Math.Min(into.FirstDay, other.FirstDay);
        for (var i = 0; i < BodyBits / 64; i++)
        {
            into.Seen[i] |= other.Seen[i];
        }

        for (var i = 0; i < Cells; i++)
        {
            into.Counts[i] = (ushort)Math.Min(ushort.MaxValue, into.Counts[i] + other.Counts[i]);
        }
    }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        // Looked up among those whose commonest cells are the same; and, as the accounts of one job begin together, among those who began
        // within about two days and whose commonest language and kind are the same.
        var step = Steps.Latest(state.Exchanges);
        if (step == 0)
        {
            return 0;
        }

        var counts = Of(state);
        ulong topic = Commonest(counts, 0),
            language = Commonest(counts, 1),
            kind = Commonest(counts, 2),
            length = Commonest(counts, 3),
            answer = Commonest(counts, 4),
            form = Commonest(counts, 5);
        var common = KeyedHash.Fold(KeyedHash.Fold((ulong)step, language), KeyedHash.Fold(kind, form));
        values[0] = KeyedHash.Fold(KeyedHash.Fold(common, length), answer);
        values[1] = KeyedHash.Fold(KeyedHash.Fold(common, topic), 1);
        values[2] = KeyedHash.Fold(KeyedHash.Fold(common, (ulong)(state.FirstDay / 2)), 2);
        values[3] = KeyedHash.Fold(KeyedHash.Fold(common, (ulong)((state.FirstDay + 1) / 2)), 3);
        return 4;
    }

    /// <inheritdoc/>
    public static int ValuesOfSet(in State state, Span<ulong> values)
    {
        var counts = Of(state);
        var common = KeyedHash.Fold(KeyedHash.Fold(Commonest(counts, 1), Commonest(counts, 2)), Commonest(counts, 5));
        for (var grid = 0; grid < 2; grid++)
        {
            values[grid] = KeyedHash.Fold(common, (ulong)((state.FirstDay + grid) / 2 * 2 + grid));
        }

        return 2;
    }

    /// <inheritdoc/>
    public static double Compare(in State a, in State b, ReadOnlySpan<double> background)
    {
        if (AskTheSame(a, b))
        {
            return NoPartition;
        }

        var sum = 0.0;
        var inA = Of(a);
        var inB = Of(b);
        for (int i = 0, from = 0; i < Sizes.Length; from += Sizes[i++])
        {
            sum += Own[i].Bits(inA.Slice(from, Sizes[i]), inB.Slice(from, Sizes[i]), background.Slice(from, Sizes[i]));
        }

        return sum;
    }

    /// <inheritdoc/>
    public static int BackgroundCells => Cells;

    /// <inheritdoc/>
    public static bool ObserveBackground(Span<ulong> cells, in ExchangeFeatures features)
    {
        Span<int> mine = stackalloc int[Sizes.Length];
        var news = false;
        foreach (var cell in features.HasText ? mine[..CellsOf(features, mine)] : [])
        {
            news |= BitOperations.IsPow2(++cells[cell]);
        }

        return news;
    }

    /// <inheritdoc/>
    public static void ReadBackground(ReadOnlySpan<ulong> cells, Span<double> logarithms)
    {
        for (int i = 0, from = 0; i < Sizes.Length; from += Sizes[i++])
        {
            Shares.Read(cells.Slice(from, Sizes[i]), logarithms.Slice(from, Sizes[i]));
        }
    }

    /// <summary>
    /// Whether the two clearly have more than a fifth of the smaller one's different prompts in common: from the bits that both set, less
    /// those that both would by accident, with three standard deviations of those (hypergeometric) allowed for. Where either has set most
    /// bits nothing can be told.
    /// </summary>
    private static bool AskTheSame(in State a, in State b)
    {
        int both = 0,
            inA = 0,
            inB = 0;
        for (var i = 0; i < BodyBits / 64; i++)
        {
            both += BitOperations.PopCount(a.Seen[i] & b.Seen[i]);
            inA += BitOperations.PopCount(a.Seen[i]);
            inB += BitOperations.PopCount(b.Seen[i]);
        }

        var (less, more) = (Math.Min(inA, inB), Math.Max(inA, inB) / (double)BodyBits);
        var byAccident = less * more;
        var deviation = Math.Sqrt(byAccident * (1 - more) * (BodyBits - less) / (BodyBits - 1));
        return both - byAccident > MostInCommon * (less - byAccident) + 3 * deviation;
    }

    private static int Form(in ExchangeFeatures features) =>
        (features.Has(ExchangeTraits.FollowUp) ? 1 : 0)
        | (features.Has(ExchangeTraits.HasSystem) ? 2 : 0)
        | (features.Has(ExchangeTraits.HasTools) ? 4 : 0)
        | (features.Has(ExchangeTraits.Stream) ? 8 : 0)
        | (features.Has(ExchangeTraits.Structured) ? 16 : 0);

    /// <summary>
    /// Of each attribute, the cell that an exchange falls into; a request that was not answered has no length of an answer.
    /// </summary>
    /// <returns>How many cells it has.</returns>
    private static int CellsOf(in ExchangeFeatures features, Span<int> cells)
    {
        var from = 0;
        cells[0] = features.TopicCell(TopicBits);
        cells[1] = (from += TopicCells) + (int)features.Language;
        cells[2] =
            (from += Take.Languages) + (features.Elicitation == 0 ? 0 : 1 + BitOperations.TrailingZeroCount((uint)features.Elicitation));
        cells[3] = (from += Kinds) + Math.Min(Lengths - 1, BitOperations.Log2((uint)features.Words + 1));
        cells[4] = (from += Lengths) + Answers + Form(features);
        cells[5] = from + Math.Min(Answers - 1, BitOperations.Log2((uint)Math.Max(0, features.OutputTokens) + 1));
        return features.IsAnswered ? Sizes.Length : Sizes.Length - 1;
    }

    private static ReadOnlySpan<ushort> Of(in State state) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Histograms, ushort>(ref Unsafe.AsRef(in state.Counts)), Cells);

    private static ulong Commonest(ReadOnlySpan<ushort> counts, int attribute)
    {
        var from = 0;
        for (var i = 0; i < attribute; i++)
        {
            from += Sizes[i];
        }

        var most = 0;
        for (var i = 1; i < Sizes[attribute]; i++)
        {
            most = counts[from + i] > counts[from + most] ? i : most;
        }

        return (ulong)most;
    }
}
