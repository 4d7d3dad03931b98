using System.Runtime.InteropServices;

namespace Stillwatch.Campaigns;

/// <summary>
/// Which accounts are taken to act as one: sets of accounts, joined where what ties two sets is more than any two sets of strangers would
/// show among all pairs of accounts.
/// </summary>
/// <remarks>
/// <para>Evidence between two sets is by family the strongest link between any of theirs. Sets of n and n′ accounts with m and m′ different
/// values of a link have min(n, m)·min(n′, m′) chances to share one by accident: the link counts so many bits less (union bound). What
/// further shared values add is the link's to say. Families add up, as if strangers came by a card,
/// an address, a rhythm and a prompt independently.</para>
/// <para>So one member's card and another's address together tie a newcomer to a set, while a set that shows ever more values is ever
/// harder to join: large sets do not swallow strangers.</para>
/// </remarks>
/// <param name="links">By link number its family, and what each further shared value adds.</param>
internal sealed class TieGraph(IReadOnlyList<(LinkFamily Family, double Further)> links)
{
    private const int MostCounted = 8;   // shared values of a link

    private readonly List<Node> _nodes = [];
    private readonly Dictionary<ulong, SetEvidence> _between = [];
    private readonly HashSet<(int A, int B)> _due = [];

    /// <summary>One set; absorbed ones point to the set that has them.</summary>
    private sealed class Node
    {
        public int Into = -1;
        public int Size = 1;
        public readonly HashSet<int> Neighbours = [];
        public readonly Dictionary<int, HashSet<ulong>> Values = [];   // by link
    }

    /// <summary>Takes account number <paramref name="account"/>, the next one.</summary>
    public void Add(int account)
    {
        System.Diagnostics.Debug.Assert(account == _nodes.Count, "accounts come in order");
        _nodes.Add(new Node());
    }

    /// <summary>Notes that <paramref name="account"/> shows <paramref name="value"/> of link number <paramref name="link"/>.</summary>
    public void Show(int account, int link, ulong value)
    {
        ref var values = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes[Find(account)].Values, link, out _);
        (values ??= []).Add(value);
    }

    /// <summary>Notes that two accounts share <paramref name="value"/>.</summary>
    public void Share(int a, int b, int link, float bits, ulong value)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b)
        {
            return;
        }

        ref var evidence = ref CollectionsMarshal.GetValueRefOrAddDefault(_between, Key(a, b), out var known);
        if (!known)
        {
            _nodes[a].Neighbours.Add(b);
            _nodes[b].Neighbours.Add(a);
        }

        if (evidence.Share(link, bits, value))
        {
            _due.Add((Math.Min(a, b), Math.Max(a, b)));
        }
    }

    /// <summary>The ties of <paramref name="account"/>'s set are due again: what is asked of them changed.</summary>
    public void Reconsider(int account)
    {
        var set = Find(account);
        foreach (var other in _nodes[set].Neighbours.Order())
        {
            _due.Add((Math.Min(set, other), Math.Max(set, other)));
        }
    }

    /// <summary>Joins what is due, the best tied first: every two sets whose evidence is at least what is asked of them.</summary>
    /// <param name="asked">The bits asked of two sets, each named by its lowest account.</param>
    /// <param name="joined">Told the joins in order: the set that stays, by its lowest account, and the one that goes into it.</param>
    public void Join(Func<int, int, double> asked, Action<int, int> joined)
    {
        while (_due.Count > 0)
        {
            var (best, over) = ((A: -1, B: -1), double.NegativeInfinity);
            foreach (var pair in _due.Order())
            {
                var (a, b) = (Find(pair.A), Find(pair.B));
                var margin = a == b ? double.NegativeInfinity : Weight(a, b) - asked(a, b);
                if (!(margin >= 0))
                {
                    _due.Remove(pair);
                }
                else if (margin > over)
                {
                    (best, over) = ((Math.Min(a, b), Math.Max(a, b)), margin);
                }
            }

            if (best.A >= 0)
            {
                Absorb(best.A, best.B);
                joined(best.A, best.B);
            }
        }
    }

    private double Weight(int a, int b)
    {
        if (!_between.TryGetValue(Key(a, b), out var evidence))
        {
            return 0;
        }

        Span<double> families = stackalloc double[LinkId.Families];
        families.Clear();
        for (var link = 0; link < links.Count; link++)
        {
            var (bits, values) = evidence.Of(link);
            if (bits > 0)
            {
                var family = (int)links[link].Family;
                var left = Math.Max(0, bits - Math.Log2(Chances(_nodes[a], link) * Chances(_nodes[b], link)));
                families[family] = Math.Max(families[family], left * (1 + (Math.Min(values, MostCounted) - 1) * links[link].Further));
            }
        }

        var sum = 0.0;
        foreach (var family in families)
        {
            sum += family;
        }

        return sum;
    }

    private static double Chances(Node node, int link) => Math.Max(1, Math.Min(node.Size, node.Values.TryGetValue(link, out var values) ? values.Count : 0));

    /// <summary>Set <paramref name="goes"/> goes into <paramref name="stays"/>: values and evidence are joined, and what they now say together is due.</summary>
    private void Absorb(int stays, int goes)
    {
        var (into, from) = (_nodes[stays], _nodes[goes]);
        from.Into = stays;
        into.Size += from.Size;
        foreach (var (link, values) in from.Values)
        {
            ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(into.Values, link, out _);
            (all ??= []).UnionWith(values);
        }

        from.Values.Clear();
        into.Neighbours.Remove(goes);
        _between.Remove(Key(stays, goes));
        foreach (var other in from.Neighbours.Order())
        {
            if (other == stays || !_between.Remove(Key(goes, other), out var moved))
            {
                continue;
            }

            _nodes[other].Neighbours.Remove(goes);
            ref var evidence = ref CollectionsMarshal.GetValueRefOrAddDefault(_between, Key(stays, other), out var known);
            if (!known)
            {
                into.Neighbours.Add(other);
                _nodes[other].Neighbours.Add(stays);
            }

            evidence.Merge(moved);
            _due.Add((Math.Min(stays, other), Math.Max(stays, other)));
        }

        from.Neighbours.Clear();
    }

    private int Find(int account)
    {
        while (_nodes[account].Into >= 0)
        {
            account = _nodes[account].Into;
        }

        return account;
    }

    private static ulong Key(int a, int b) => (ulong)(uint)Math.Min(a, b) << 32 | (uint)Math.Max(a, b);
}
