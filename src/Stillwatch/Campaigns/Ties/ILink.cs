using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// A reason to think that two accounts act as one: values that strangers rarely have in common. Every member is static and the state holds
/// no references; the laws are those of detectors.
/// </summary>
/// <typeparam name="TState">All that the link keeps of an account: fixed size, no references; begins as all zero bytes.</typeparam>
public interface ILink<TState>
    where TState : unmanaged
{
    /// <summary>The most values that an account can offer at a time.</summary>
    const int MostValues = 16;

    /// <summary>Name, version and family.</summary>
    static abstract LinkId Id { get; }

    /// <summary>What exchanges or accounts must show for it to see anything.</summary>
    static abstract Needs Needs { get; }

    /// <summary>What two accounts tied by it share, in plain words: "pay with the same card".</summary>
    static abstract string Says { get; }

    /// <summary>
    /// The least that a shared value weighs whatever the calibration counted, in bits. Default 0: the count decides. More only where what
    /// is shared has one owner by its nature, so that honest accounts that share it are one customer and no strangers.
    /// </summary>
    static virtual double LeastBits => 0;

    /// <summary>
    /// What each further value that two sets share adds, as a share of the first one's bits, 0 to 1. Default 0: who has one prompt of a
    /// popular list has others, so that more of them are no news.
    /// </summary>
    static virtual double Further => 0;

    /// <summary>
    /// Whether a shared value weighs no more than log₂ of the accounts seen over those who hold it. Default false. True where values are
    /// not handed out one to an owner (as addresses and cards are) but chosen from what there is, so that only their rarity here and now
    /// counts.
    /// </summary>
    static virtual bool ByRarity => false;

    /// <summary>
    /// Whether what is shared is in somebody's hands, as a card or an address is: accounts that share it stay together where a group turns
    /// out to be two. Default false: two jobs may begin on one day, or use one kind of program.
    /// </summary>
    static virtual bool InOneHand => false;

    /// <summary>
    /// Whether values only say who is to be held against whom, and how much two are tied by is <see cref="Compare"/>. Default false: a
    /// shared value is the tie.
    /// </summary>
    static virtual bool Graded => false;

    /// <summary>
    /// Of a graded link: how much two states look like one actor's, the higher the more; the calibration makes bits of it. A set's state is
    /// the merge of its accounts', so that the more belong together already, the better can be told who else does.
    /// </summary>
    /// <param name="a">A state.</param>
    /// <param name="b">Another.</param>
    /// <param name="background">By cell, the natural logarithm of its share in what everybody does, of <see cref="BackgroundCells"/>
    /// values.</param>
    static virtual double Compare(in TState a, in TState b, ReadOnlySpan<double> background) => 0;

    /// <summary>
    /// Of a graded link: writes the values by which a set is looked up whatever number of exchanges it came to. Default none.
    /// </summary>
    /// <returns>How many were written, at most two.</returns>
    static virtual int ValuesOfSet(in TState state, Span<ulong> values) => 0;

    /// <summary>
    /// Of a graded link: the most that a likeness weighs, in bits, however far beyond the honest pairs that were seen. Default 15: likeness
    /// alone is never proof.
    /// </summary>
    static virtual double MostBits => 15;

    /// <summary>Of a graded link: the cells whose shares among all exchanges <see cref="Compare"/> needs. Default none.</summary>
    static virtual int BackgroundCells => 0;

    /// <summary>Of a graded link: counts one exchange of anybody in its cells.</summary>
    /// <returns>Whether a count came to a power of two.</returns>
    static virtual bool ObserveBackground(Span<ulong> cells, in ExchangeFeatures features) => false;

    /// <summary>Of a graded link: writes the natural logarithm of each cell's share; cells that are empty have a little.</summary>
    static virtual void ReadBackground(ReadOnlySpan<ulong> cells, Span<double> logarithms) { }

    /// <summary>
    /// Takes what the provider knows of the account, in the place of what it knew before. Default: nothing is kept of it.
    /// </summary>
    static virtual void Begin(ref TState state, in AccountFacts facts) { }

    /// <summary>Of a graded link: counts one account, anybody's, in its cells.</summary>
    /// <returns>Whether a count came to a power of two.</returns>
    static virtual bool BeginBackground(Span<ulong> cells, in AccountFacts facts) => false;

    /// <summary>Adds one exchange of the account.</summary>
    static abstract void Observe(ref TState state, in ExchangeFeatures features);

    /// <summary>Adds what another state of the same account saw.</summary>
    static abstract void Merge(ref TState into, in TState other);

    /// <summary>
    /// Writes the values by which the account can be tied now; 0 is no value. A value that was offered once stays with the account.
    /// </summary>
    /// <returns>How many were written.</returns>
    static abstract int Values(in TState state, in AccountFacts facts, Span<ulong> values);
}
