using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Ties;

/// <summary>A link as an account's record holds it: its state is a stretch of bytes.</summary>
public abstract class Link
{
    /// <summary>Name, version and family.</summary>
    public abstract LinkId Id { get; }

    /// <summary>What exchanges or accounts must show for it to see anything.</summary>
    public abstract Needs Needs { get; }

    /// <summary>What tied accounts share, in plain words.</summary>
    public abstract string Says { get; }

    /// <summary>The least that a shared value weighs, in bits.</summary>
    public abstract double LeastBits { get; }

    /// <summary>What each further shared value adds, as a share of the first one's bits.</summary>
    public abstract double Further { get; }

    /// <summary>Whether a shared value weighs no more than its rarity among the accounts seen.</summary>
    public abstract bool ByRarity { get; }

    /// <summary>Whether what is shared is in somebody's hands: accounts that share it stay together.</summary>
    public abstract bool InOneHand { get; }

    /// <summary>Whether values only bring together, and <see cref="Compare"/> says how much two are tied by.</summary>
    public abstract bool Graded { get; }

    /// <summary>Of a graded link: how much two states look like one actor's.</summary>
    public abstract double Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<double> background);

    /// <summary>Of a graded link: writes the values by which a set is looked up, and returns how many.</summary>
    public abstract int ValuesOfSet(ReadOnlySpan<byte> state, Span<ulong> values);

    /// <summary>Of a graded link: the most that a likeness weighs, in bits.</summary>
    public abstract double MostBits { get; }

    /// <summary>Of a graded link: the number of cells whose shares in what everybody does it needs.</summary>
    public abstract int BackgroundCells { get; }

    /// <summary>Takes what the provider knows of the account, in the place of what it knew before.</summary>
    public abstract void Begin(Span<byte> state, in AccountFacts facts);

    /// <summary>Counts one account, anybody's; whether a count came to a power of two.</summary>
    public abstract bool BeginBackground(Span<ulong> cells, in AccountFacts facts);

    /// <summary>Counts one exchange of anybody; whether a count came to a power of two.</summary>
    public abstract bool ObserveBackground(Span<ulong> cells, in ExchangeFeatures features);

    /// <summary>Writes the natural logarithm of each cell's share.</summary>
    public abstract void ReadBackground(ReadOnlySpan<ulong> cells, Span<double> logarithms);

    /// <summary>Bytes of state, a multiple of 8.</summary>
    public abstract int Size { get; }

    /// <summary>Adds one exchange.</summary>
    public abstract void Observe(Span<byte> state, in ExchangeFeatures features);

    /// <summary>Adds what another state of the same account saw.</summary>
    public abstract void Merge(Span<byte> into, ReadOnlySpan<byte> other);

    /// <summary>Writes the values by which the account can be tied now, and returns how many.</summary>
    public abstract int Values(ReadOnlySpan<byte> state, in AccountFacts facts, Span<ulong> values);

    /// <summary>
    /// The values that an account would offer that sent nothing but requests like one with <paramref name="features"/>: by these an
    /// exchange is found again that showed what tied its account.
    /// </summary>
    /// <param name="features">The exchange.</param>
    /// <param name="facts">What the provider knows of the account.</param>
    /// <param name="values">Where they go, <see cref="ILink{TState}.MostValues"/> at the most.</param>
    /// <returns>How many there are.</returns>
    public int ValuesShownBy(ExchangeFeatures features, in AccountFacts facts, Span<ulong> values)
    {
        Span<ulong> state = stackalloc ulong[Size / sizeof(ulong)];
        state.Clear();
        Begin(MemoryMarshal.AsBytes(state), facts);
        var body = features.Body;
        for (var again = 0UL; again < Again; again++)
        {
            features.Body = body ^ again; // links that ask for a habit ask for different requests
            Observe(MemoryMarshal.AsBytes(state), features);
        }

        return Values(MemoryMarshal.AsBytes(state), facts, values);
    }

    private const ulong Again = 4; // requests that are a habit to any link

    /// <summary>All links of the core, by name. Found by looking, once: a new link is a new file and no other edit.</summary>
    public static IReadOnlyList<Link> All { get; } = [.. Find().OrderBy(link => link.Id.Name, StringComparer.Ordinal)];

    private static IEnumerable<Link> Find() =>
        from type in typeof(Link).Assembly.GetTypes()
        from contract in type.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ILink<>)
        select (Link)Activator.CreateInstance(typeof(Of<,>).MakeGenericType(type, contract.GetGenericArguments()[0]), nonPublic: true)!;

    private sealed class Of<TLink, TState> : Link
        where TLink : ILink<TState>
        where TState : unmanaged
    {
        public override LinkId Id => TLink.Id;

        public override Needs Needs => TLink.Needs;

        public override string Says => TLink.Says;

        public override double LeastBits => TLink.LeastBits;

        public override double Further => TLink.Further;

        public override bool ByRarity => TLink.ByRarity;

        public override bool InOneHand => TLink.InOneHand;

        public override bool Graded => TLink.Graded;

        public override double Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<double> background) =>
            TLink.Compare(MemoryMarshal.AsRef<TState>(a), MemoryMarshal.AsRef<TState>(b), background);

        public override int ValuesOfSet(ReadOnlySpan<byte> state, Span<ulong> values) =>
            TLink.ValuesOfSet(MemoryMarshal.AsRef<TState>(state), values);

        public override double MostBits => TLink.MostBits;

        public override void Begin(Span<byte> state, in AccountFacts facts) => TLink.Begin(ref State(state), facts);

        public override bool BeginBackground(Span<ulong> cells, in AccountFacts facts) => TLink.BeginBackground(cells, facts);

        public override int BackgroundCells => TLink.BackgroundCells;

        public override bool ObserveBackground(Span<ulong> cells, in ExchangeFeatures features) => TLink.ObserveBackground(cells, features);

        public override void ReadBackground(ReadOnlySpan<ulong> cells, Span<double> logarithms) => TLink.ReadBackground(cells, logarithms);

        public override int Size => (Unsafe.SizeOf<TState>() + 7) & ~7;

        public override void Observe(Span<byte> state, in ExchangeFeatures features) => TLink.Observe(ref State(state), features);

        public override void Merge(Span<byte> into, ReadOnlySpan<byte> other) =>
            TLink.Merge(ref State(into), MemoryMarshal.AsRef<TState>(other));

        public override int Values(ReadOnlySpan<byte> state, in AccountFacts facts, Span<ulong> values) =>
            TLink.Values(MemoryMarshal.AsRef<TState>(state), facts, values);

        private static ref TState State(Span<byte> bytes) => ref MemoryMarshal.AsRef<TState>(bytes);
    }
}
