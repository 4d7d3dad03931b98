using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// Which accounts share which values, and what that ties: an inverted index from values to their holders, and the evidence between pairs.
/// </summary>
/// <remarks>
/// A newcomer to a value is held against at most <see cref="PostingList.MostKept"/> who hold it already, the latest ones; the more hold a
/// value, the less it says; and an account keeps its <see cref="PairBook.Most"/> strongest pairs. So a carrier's address neither costs nor
/// weighs much: work and memory are linear in the accounts.
/// </remarks>
internal sealed class BlockingIndex
{
    private const int CommonFrom = 8; // holders; from here each doubling takes a bit

    private readonly IReadOnlyList<float> _linkBits;
    private readonly WideMap<PostingList> _holders = new();
    private readonly List<PairBook?> _books = []; // by account, the pairs that it came to as the later one
    private readonly CheckpointPart _changes; // by account, its book

    /// <summary>Begins with nobody.</summary>
    /// <param name="linkBits">By link number, what a shared value weighs.</param>
    /// <param name="checkpoint">What it is a part of.</param>
    public BlockingIndex(IReadOnlyList<float> linkBits, Checkpoint checkpoint)
    {
        _linkBits = linkBits;
        _holders.Keep(checkpoint, (writer, holders) => holders.Save(writer), PostingList.Load);
        _changes = checkpoint.Part(() => _books.Count, (account, writer) => (_books[account] ?? new PairBook()).Save(writer), LoadBook);
    }

    /// <summary>All pairs with evidence, unordered.</summary>
    public IEnumerable<(int First, int Second, PairEvidence Evidence)> Pairs
    {
        get
        {
            for (var account = 0; account < _books.Count; account++)
            {
                foreach (var (other, evidence) in PairsOf(account))
                {
                    yield return (Math.Min(account, other), Math.Max(account, other), evidence);
                }
            }
        }
    }

    /// <summary>The pairs to which <paramref name="account"/> came as the later one.</summary>
    public IEnumerable<(int Other, PairEvidence Evidence)> PairsOf(int account)
    {
        var book = account < _books.Count ? _books[account] : null;
        for (var i = 0; i < book?.Count; i++)
        {
            yield return book[i];
        }
    }

    /// <summary>How many pairs there are.</summary>
    public long PairCount => _books.Sum(book => book?.Count ?? 0L);

    /// <summary>Told each pair that gave way to a stronger one: it is as if these two had never shared anything.</summary>
    public Action<int, int>? Dropped { get; init; }

    /// <summary>
    /// Account <paramref name="account"/> shows <paramref name="value"/> of link number <paramref name="link"/>, for the first time.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="link">The link's number.</param>
    /// <param name="family">The link's family.</param>
    /// <param name="value">The value, not 0.</param>
    /// <param name="accounts">How many accounts were seen, where the value weighs no more than its rarity among them; 0 otherwise.</param>
    /// <param name="shared">Receives each account that shares it: the bits that this says, and what all families together say.</param>
    public void Offer(
        int account,
        int link,
        LinkFamily family,
        ulong value,
        int accounts,
        List<(int Other, float Bits, float Total)> shared
    )
    {
        if (_linkBits[link] <= 0)
        {
            return;
        }

        ref var holders = ref _holders.Get(KeyedHash.Fold((ulong)link + 1, value), out _);
        var bits = _linkBits[link] - (float)Math.Max(0, Math.Log2((holders.Count + 1.0) / CommonFrom));
        bits = accounts > 0 ? (float)Math.Min(bits, Math.Log2(accounts / (holders.Count + 1.0))) : bits;
        for (var i = 0; bits > 0 && i < holders.Kept; i++)
        {
            if (Tie(account, holders[i], link, family, bits) is > 0 and var total)
            {
                shared.Add((holders[i], bits, total));
            }
        }

        holders.Add(account);
    }

    /// <summary>
    /// Account <paramref name="account"/> shows <paramref name="value"/> of graded link number <paramref name="link"/>: who is to be held
    /// against it.
    /// </summary>
    public void Meet(int account, int link, ulong value, List<int> met)
    {
        ref var holders = ref _holders.Get(KeyedHash.Fold((ulong)link + 1, value), out _);
        for (var i = 0; i < holders.Kept; i++)
        {
            met.Add(holders[i]);
        }

        holders.Add(account);
    }

    /// <summary>Notes what link number <paramref name="link"/> ties two accounts by.</summary>
    /// <returns>What all families together say; 0 where both have stronger ties enough.</returns>
    public float Tie(int account, int other, int link, LinkFamily family, float bits)
    {
        var (book, at) = Find(account, other);
        _changes.Before(account);
        _changes.Before(other); // the pair stands in the book of one of the two
        if (at < 0)
        {
            book = BookOf(account);
            at = book.Add(other, bits, out var dropped);
            if (dropped >= 0)
            {
                Dropped?.Invoke(account, dropped);
            }

            if (at < 0)
            {
                return 0;
            }
        }

        ref var evidence = ref book!.Evidence(at);
        evidence.Raise(family, link, bits);
        return evidence.Total;
    }

    /// <summary>What ties <paramref name="first"/> and <paramref name="second"/>.</summary>
    public PairEvidence Between(int first, int second)
    {
        var (book, at) = Find(first, second);
        return at >= 0 ? book![at].Evidence : default;
    }

    private void LoadBook(int account, BinaryReader reader)
    {
        var book = PairBook.Load(reader);
        if (book.Count > 0)
        {
            BookOf(account).Take(book);
        }
    }

    /// <summary>A pair stands in the book of one of its two.</summary>
    private (PairBook? Book, int At) Find(int first, int second)
    {
        var book = first < _books.Count ? _books[first] : null;
        var at = book?.Find(second) ?? -1;
        if (at < 0)
        {
            book = second < _books.Count ? _books[second] : null;
            at = book?.Find(first) ?? -1;
        }

        return (book, at);
    }

    private PairBook BookOf(int account)
    {
        while (_books.Count <= account)
        {
            _books.Add(null);
        }

        return _books[account] ??= new PairBook();
    }
}
