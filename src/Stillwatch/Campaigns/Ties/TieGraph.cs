using System.Runtime.InteropServices;
using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// Which accounts are taken to act as one: sets of accounts, joined where what ties two sets is more than any two sets of strangers would
/// show among all pairs of accounts.
/// </summary>
/// <remarks>
/// <para>Evidence between two sets is by family the strongest link between any of theirs. Sets of n and n′ accounts with m and m′ different
/// values of a link have min(n, m)·min(n′, m′) chances to share one by accident: the link counts so many bits less (union bound). What
/// further shared values add is the link's to say. Families add up, as if strangers came by a card, an address, a rhythm and a prompt
/// independently.</para>
/// <para>So one member's card and another's address together tie a newcomer to a set, while a set that shows ever more values is ever
/// harder to join: large sets do not swallow strangers.</para>
/// </remarks>
internal sealed class TieGraph
{
    private const int MostCounted = 8; // shared values of a link
    private const int Many = 8; // accounts
    private const double Something = 8; // bits

    private readonly IReadOnlyList<(LinkFamily Family, double Further, bool Graded)> _links;
    private readonly CheckpointPart _changes; // by account, its node
    private readonly List<Node> _nodes = [];
    private readonly WideMap<SetEvidence> _between = new();
    private readonly HashSet<(int A, int B)> _due = [];
    private readonly PriorityQueue<(int A, int B), (double Margin, int A, int B)> _queue = new(
        Comparer<(double Margin, int A, int B)>.Create(BestFirst)
    );

    /// <summary>Begins with nobody.</summary>
    /// <param name="links">By link number its family, what each further shared value adds, and whether it is graded.</param>
    /// <param name="checkpoint">What it is a part of.</param>
    public TieGraph(IReadOnlyList<(LinkFamily Family, double Further, bool Graded)> links, Checkpoint checkpoint)
    {
        _links = links;
        _changes = checkpoint.Part(
            () => _nodes.Count,
            (account, writer) => _nodes[account].Save(writer),
            (account, reader) => _nodes[account].Load(reader)
        );
        _between.Keep(checkpoint, (writer, evidence) => writer.Put(evidence), reader => reader.Get<SetEvidence>());
    }

    /// <summary>One set; absorbed ones point to the set that has them. A set of one has no more than its account.</summary>
    private sealed class Node(ShownValues shown)
    {
        public int Into = -1;
        public int Size = 1;
        public readonly List<int> Neighbours = [];
        private HashSet<uint>? _all; // the values of a set of two and more
        private int[]? _byLink;

        /// <summary>How many different values of link number <paramref name="link"/> a set of two and more shows.</summary>
        public int Values(int link) => _byLink?[link] ?? 0;

        public void Show(uint mark)
        {
            if (_all != null && _all.Add(mark))
            {
                _byLink![ShownValues.LinkOf(mark)]++;
            }
        }

        public void Take(Node other)
        {
            if (_all == null)
            {
                (_all, _byLink) = ([], new int[SetEvidence.MostLinks]);
                Show(shown.Marks);
            }

            if (other._all == null)
            {
                Show(other.Shown.Marks);
            }
            else
            {
                foreach (var mark in other._all)
                {
                    Show(mark);
                }
            }

            (other._all, other._byLink) = (null, null);
            other.Neighbours.Clear();
            other.Neighbours.TrimExcess();
        }

        /// <summary>Is a set of its own account again.</summary>
        public void Begin()
        {
            (Into, Size, _all, _byLink) = (-1, 1, null, null);
            Neighbours.Clear();
        }

        public void Save(BinaryWriter writer)
        {
            writer.Write(Into);
            writer.Write(Size);
            writer.PutAll<int>(CollectionsMarshal.AsSpan(Neighbours));
            writer.Write(_all != null);
            if (_all != null)
            {
                writer.PutAll<uint>(_all.ToArray());
            }
        }

        public void Load(BinaryReader reader)
        {
            Into = reader.ReadInt32();
            Size = reader.ReadInt32();
            Neighbours.AddRange(reader.GetAll<int>());
            if (reader.ReadBoolean())
            {
                (_all, _byLink) = ([], new int[SetEvidence.MostLinks]);
                Show(reader.GetAll<uint>());
            }
        }

        private ShownValues Shown => shown;

        private void Show(ReadOnlySpan<uint> marks)
        {
            foreach (var mark in marks)
            {
                Show(mark);
            }
        }
    }

    /// <summary>
    /// Of two sets, each named by its lowest account, adds what graded links say, in bits: both as they are, not
    /// the best of their parts, so that no chances are to be paid for. Without it they say nothing.
    /// </summary>
    public Graded? AddGraded { get; init; }

    /// <summary>The most that all graded links together can say for two sets, in bits.</summary>
    public double MostGraded { get; init; }

    /// <summary>
    /// Adds to <paramref name="families"/> what speaks for two sets; returns all together less what speaks against them, or less than
    /// <paramref name="asked"/> where that cannot be reached.
    /// </summary>
    public delegate double Graded(int a, int b, Span<double> families, double asked);

    /// <summary>The set of <paramref name="account"/>, by its lowest account.</summary>
    public int SetOf(int account) => Find(account);

    /// <summary>Whether <paramref name="account"/> is a set of its own.</summary>
    public bool IsAlone(int account) => _nodes[account] is { Into: < 0, Size: 1 };

    /// <summary>Takes account number <paramref name="account"/>, the next one, with the values that it shows and will show.</summary>
    public void Add(int account, ShownValues shown)
    {
        System.Diagnostics.Debug.Assert(account == _nodes.Count, "accounts come in order");
        _nodes.Add(new Node(shown));
    }

    /// <summary>Writes what no part of the checkpoint has: what a flag made due for the next tick.</summary>
    public void Save(BinaryWriter writer) => writer.PutAll<ulong>([.. _due.Select(pair => Pack(pair.A, pair.B))]);

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader) => _due.UnionWith(reader.GetAll<ulong>().Select(pair => ((int)(pair >> 32), (int)(uint)pair)));

    /// <summary>Notes that <paramref name="account"/> shows a value that it had not shown, by its mark.</summary>
    public void Show(int account, uint mark) => Changing(Find(account)).Show(mark);

    /// <summary>Notes that two accounts share <paramref name="value"/>.</summary>
    public void Share(int a, int b, int link, float bits, ulong value)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b)
        {
            return;
        }

        ref var evidence = ref _between.Get(Key(a, b), out var known);
        if (!known)
        {
            Changing(a).Neighbours.Add(b);
            Changing(b).Neighbours.Add(a);
        }

        if (evidence.Share(link, bits, value))
        {
            _due.Add((Math.Min(a, b), Math.Max(a, b)));
        }
    }

    /// <summary>Forgets what ties two accounts, where both are sets of their own still.</summary>
    public void Forget(int a, int b)
    {
        if (_nodes[a] is { Into: < 0, Size: 1 } && _nodes[b] is { Into: < 0, Size: 1 } && _between.Remove(Key(a, b), out _))
        {
            Changing(a).Neighbours.Remove(b);
            Changing(b).Neighbours.Remove(a);
            _due.Remove((Math.Min(a, b), Math.Max(a, b)));
        }
    }

    /// <summary>The ties of <paramref name="account"/>'s set are due again: what is asked of them changed.</summary>
    public void Reconsider(int account)
    {
        var set = Find(account);
        foreach (var other in _nodes[set].Neighbours)
        {
            _due.Add((Math.Min(set, other), Math.Max(set, other)));
        }
    }

    /// <summary>
    /// Makes several sets of one. What ties them and others to each other is taken from <paramref name="pairs"/> of accounts anew, the best
    /// link of each family; what else had tied the whole set is gone, but for likeness, which is looked at again.
    /// </summary>
    /// <param name="parts">The new sets, the first of which also gets the accounts of the set that none names.</param>
    /// <param name="pairs">What ties pairs of accounts.</param>
    public void Divide(IReadOnlyList<IReadOnlyList<int>> parts, IEnumerable<(int First, int Second, PairEvidence Evidence)> pairs)
    {
        var set = Find(parts[0][0]);
        var members = Enumerable.Range(0, _nodes.Count).Where(account => Find(account) == set).ToHashSet();
        foreach (var other in _nodes[set].Neighbours)
        {
            _between.Remove(Key(set, other), out _);
            Changing(other).Neighbours.Remove(set);
        }

        foreach (var member in members)
        {
            Changing(member).Begin();
        }

        List<int> first = [.. members.Except(parts.Skip(1).SelectMany(part => part)).Order()];
        foreach (var part in parts.Skip(1).Prepend(first))
        {
            var into = part.Min();
            foreach (var account in part.Where(account => account != into))
            {
                Changing(account).Into = into;
                Changing(into).Size++;
                _nodes[into].Take(_nodes[account]);
            }
        }

        foreach (var (a, b, evidence) in pairs)
        {
            for (var family = 0; (members.Contains(a) || members.Contains(b)) && family < LinkId.Families; family++)
            {
                if (evidence.Best(family) is { Bits: > 0 } best)
                {
                    Share(a, b, best.Link, best.Bits, (ulong)best.Link); // which value it was is not known any more: it counts as one
                }
            }
        }
    }

    /// <summary>Joins what is due, the best tied first: every two sets whose evidence is at least what is asked of them.</summary>
    /// <param name="asked">The bits asked of two sets, each named by its lowest account, given the most that can tie them.</param>
    /// <param name="joined">Told the joins in order: the set that stays, by its lowest account, and the one that goes into it.</param>
    public void Join(Func<int, int, double, double> asked, Action<int, int> joined)
    {
        Enqueue(asked);
        while (_queue.TryDequeue(out var pair, out var stood))
        {
            if (_nodes[pair.A].Into >= 0 || _nodes[pair.B].Into >= 0)
            {
                continue; // what was absorbed is due under the name of the set that has it
            }

            // Sets grew since it was put here: what it is worth now counts.
            var margin = Margin(pair.A, pair.B, asked);
            if (margin < stood.Margin)
            {
                Enqueue(pair, margin);
                continue;
            }

            Absorb(pair.A, pair.B);
            joined(pair.A, pair.B);
            Enqueue(asked);
        }
    }

    /// <summary>Joins the sets of two accounts, whatever ties them.</summary>
    public void Unite(int a, int b, Action<int, int> joined)
    {
        (a, b) = (Find(a), Find(b));
        if (a != b)
        {
            Absorb(Math.Min(a, b), Math.Max(a, b));
            joined(Math.Min(a, b), Math.Max(a, b));
        }
    }

    private static int BestFirst((double Margin, int A, int B) x, (double Margin, int A, int B) y)
    {
        var order = y.Margin.CompareTo(x.Margin);
        order = order != 0 ? order : x.A.CompareTo(y.A);
        return order != 0 ? order : x.B.CompareTo(y.B);
    }

    private void Enqueue(Func<int, int, double, double> asked)
    {
        foreach (var due in _due)
        {
            var (a, b) = (Find(due.A), Find(due.B));
            if (a != b)
            {
                Enqueue((Math.Min(a, b), Math.Max(a, b)), Margin(a, b, asked));
            }
        }

        _due.Clear();
    }

    private void Enqueue((int A, int B) pair, double margin)
    {
        if (margin >= 0)
        {
            _queue.Enqueue(pair, (margin, pair.A, pair.B));
        }
    }

    /// <summary>By how many bits what ties two sets is more than what is asked of them; negative where it is less.</summary>
    private double Margin(int a, int b, Func<int, int, double, double> asked)
    {
        if (!_between.TryGet(Key(a, b), out var evidence))
        {
            return double.NegativeInfinity;
        }

        Span<double> families = stackalloc double[LinkId.Families];
        families.Clear();
        for (var link = 0; link < _links.Count; link++)
        {
            var (bits, values) = evidence.Of(link);
            if (bits > 0 && !_links[link].Graded)
            {
                var left =
                    Math.Max(0, bits - Math.Log2(Chances(_nodes[a], link) * Chances(_nodes[b], link)))
                    * (1 + (Math.Min(values, MostCounted) - 1) * _links[link].Further);
                ref var family = ref families[(int)_links[link].Family];
                family = Math.Max(family, left);
            }
        }

        // Whatever brought two sets together, how alike they are is looked at as well: the price was that of all pairs. Between two large
        // sets it says that their jobs are alike and not whose they are: there something must be shared.
        var sum = LinkId.Sum(families);
        var price = asked(a, b, sum + MostGraded);
        if (AddGraded == null || sum + MostGraded < price || (sum < Something && Math.Min(_nodes[a].Size, _nodes[b].Size) >= Many))
        {
            return sum - price;
        }

        return AddGraded(a, b, families, price) - price;
    }

    private static double Chances(Node node, int link) => Math.Max(1, Math.Min(node.Size, node.Values(link)));

    /// <summary>
    /// Set <paramref name="goes"/> goes into <paramref name="stays"/>: values and evidence are joined, and what they now say together is
    /// due.
    /// </summary>
    private void Absorb(int stays, int goes)
    {
        var (into, from) = (Changing(stays), Changing(goes));
        from.Into = stays;
        into.Size += from.Size;
        into.Neighbours.Remove(goes);
        _between.Remove(Key(stays, goes), out _);
        foreach (var other in from.Neighbours)
        {
            if (other == stays || !_between.Remove(Key(goes, other), out var moved))
            {
                continue;
            }

            Changing(other).Neighbours.Remove(goes);
            ref var evidence = ref _between.Get(Key(stays, other), out var known);
            if (!known)
            {
                into.Neighbours.Add(other);
                Changing(other).Neighbours.Add(stays);
            }

            evidence.Merge(moved);
            _due.Add((Math.Min(stays, other), Math.Max(stays, other)));
        }

        into.Take(from);
    }

    private int Find(int account)
    {
        var set = account;
        while (_nodes[set].Into >= 0)
        {
            set = _nodes[set].Into;
        }

        while (_nodes[account].Into is >= 0 and var next)
        {
            if (next != set)
            {
                Changing(account).Into = set; // the next time it is one step
            }

            account = next;
        }

        return set;
    }

    private Node Changing(int account)
    {
        _changes.Before(account);
        return _nodes[account];
    }

    /// <summary>
    /// A pair's key, mixed: a dictionary hashes a number of 64 bits by its halves' exclusive or, which is the same for many pairs of near
    /// accounts.
    /// </summary>
    private static ulong Key(int a, int b) => KeyedHash.Mix(Pack(a, b));

    private static ulong Pack(int a, int b) => (ulong)(uint)Math.Min(a, b) << 32 | (uint)Math.Max(a, b);
}
