using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;

namespace Stillwatch.Campaigns.Similarity;

/// <summary>
/// Whether a group is two and more: accounts that came together while little was known of them may turn out to do two jobs.
/// docs/decisions/0004-ties.md says why; that a Bayes factor of one mixture against two says where to stop is of Heller and Ghahramani,
/// "Bayesian hierarchical clustering" (ICML 2005).
/// </summary>
/// <param name="scale">How the graded links' states lie.</param>
/// <param name="background">What everybody does.</param>
internal sealed class Splitter(WatchScale scale, Background background)
{
    /// <summary>The fewest accounts of a part.</summary>
    public const int Fewest = 3;

    private const double Apart = -64; // bits, before each choice is paid for
    private const int MostParts = 16;
    private const int MostSorted = 256; // atoms that parts are found by; the others go to the likest
    private const int Rounds = 4,
        Beginnings = 4;

    private static readonly Link[] Links = WatchScale.Links;
    private static readonly int Time = Array.Find(WatchScale.GradedLinks, link => Links[link].Id.Family == LinkFamily.Time);

    /// <summary>Some accounts and the merge of what is kept of them.</summary>
    private sealed class Part(int size)
    {
        public readonly List<int> Accounts = [];
        public readonly byte[] Links = new byte[size];
        public Take Taken;
    }

    /// <summary>Whether two sets are clearly two: what they do is so much likelier by two actors than by one.</summary>
    public bool AreApart(Campaign a, Campaign b) => Factor(a.LinkState, a.Take, b.LinkState, b.Take) < Apart;

    /// <summary>The parts of a group that are clearly apart, the largest first; null where it is one.</summary>
    /// <param name="atoms">Its accounts, those together that stay together.</param>
    /// <param name="accounts">The watch's accounts, by number.</param>
    public IReadOnlyList<IReadOnlyList<int>>? Of(IEnumerable<IReadOnlyList<int>> atoms, IReadOnlyList<WatchedAccount> accounts)
    {
        var all = atoms
            .Select(atom => Merged(atom, accounts))
            .OrderByDescending(atom => atom.Taken.Exchanges)
            .ThenBy(atom => atom.Accounts[0])
            .ToList();
        if (all.Count < 2)
        {
            return null;
        }

        List<Part> parts = [];
        Halve(all.Count > MostSorted ? all.GetRange(0, MostSorted) : all, parts);
        if (parts.Count < 2)
        {
            return null;
        }

        // Parts of a few accounts are no finding: they go where they fit best. What is left is one as long as two are not clearly two.
        parts = Sort(all, parts);
        while (parts.Count > 1 && parts.MinBy(part => part.Accounts.Count) is { } least && least.Accounts.Count < Fewest)
        {
            parts = Sort(all, [.. parts.Where(part => part != least)]);
        }

        parts = Agglomerate(parts, Apart - all.Count);
        return parts.Count < 2
            ? null
            :
            [
                .. parts
                    .OrderByDescending(part => part.Accounts.Count)
                    .ThenBy(part => part.Accounts.Min())
                    .Select(part => part.Accounts.Order().ToList()),
            ];
    }

    /// <summary>The likest first: two parts become one as long as their factor is over <paramref name="least"/>.</summary>
    private List<Part> Agglomerate(List<Part> parts, double least)
    {
        while (parts.Count > 1)
        {
            var (best, first, second) = (double.NegativeInfinity, 0, 0);
            for (var i = 0; i < parts.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (Factor(parts[i], parts[j]) is var factor && factor > best)
                    {
                        (best, first, second) = (factor, j, i);
                    }
                }
            }

            if (best <= least)
            {
                break;
            }

            Add(parts[first], parts[second]);
            parts.RemoveAt(second);
        }

        return parts;
    }

    /// <summary>
    /// Makes two of <paramref name="atoms"/> as long as the two are clearly apart, and adds what is one to <paramref name="parts"/>. Two
    /// means by likeness, begun with one of the largest atoms and the one most unlike it; the clearest of a few beginnings counts.
    /// </summary>
    private void Halve(List<Part> atoms, List<Part> parts)
    {
        (List<Part> First, List<Part> Second)? halves = null;
        var clearest = Apart - atoms.Count;
        for (var begin = 0; begin < Beginnings && begin < atoms.Count - 1 && parts.Count < MostParts; begin++)
        {
            var most = atoms[begin];
            List<Part> two = [most, atoms.Where(atom => atom != most).MinBy(atom => Factor(most, atom))!];
            for (var round = 0; round < Rounds && two.Count == 2; round++)
            {
                two = Sort(atoms, two);
            }

            if (two.Count == 2 && Factor(two[0], two[1]) is var factor && factor < clearest)
            {
                clearest = factor;
                halves = ([.. atoms.Where(atom => Likest(atom, two) == two[0])], [.. atoms.Where(atom => Likest(atom, two) == two[1])]);
            }
        }

        if (halves is not { First.Count: > 0, Second.Count: > 0 } found)
        {
            parts.Add(Joined(atoms));
            return;
        }

        Halve(found.First, parts);
        Halve(found.Second, parts);
    }

    private Part Joined(List<Part> atoms)
    {
        var joined = new Part(atoms[0].Links.Length);
        foreach (var atom in atoms)
        {
            Add(joined, atom);
        }

        return joined;
    }

    /// <summary>
    /// Each atom to the likest of <paramref name="parts"/>, all of them as they were before; parts that nobody goes to are gone.
    /// </summary>
    private List<Part> Sort(List<Part> atoms, List<Part> parts)
    {
        var sorted = parts.ToDictionary(part => part, part => new Part(part.Links.Length));
        foreach (var atom in atoms)
        {
            Add(sorted[Likest(atom, parts)], atom);
        }

        return [.. parts.Select(part => sorted[part]).Where(part => part.Accounts.Count > 0)];
    }

    private Part Likest(Part atom, List<Part> parts) => parts.Count == 1 ? parts[0] : parts.MaxBy(part => Factor(atom, part))!;

    private Part Merged(IReadOnlyList<int> numbers, IReadOnlyList<WatchedAccount> accounts)
    {
        var part = new Part(scale.LinkOffsets[^1]);
        foreach (var number in numbers)
        {
            part.Accounts.Add(number);
            part.Taken.Merge(accounts[number].Taken);
            foreach (var link in WatchScale.GradedLinks)
            {
                Links[link].Merge(scale.StateOf(link, part.Links), accounts[number].LinkState(link));
            }
        }

        return part;
    }

    private void Add(Part into, Part other)
    {
        into.Accounts.AddRange(other.Accounts);
        into.Taken.Merge(other.Taken);
        foreach (var link in WatchScale.GradedLinks)
        {
            Links[link].Merge(scale.StateOf(link, into.Links), scale.StateOf(link, other.Links));
        }
    }

    private double Factor(Part a, Part b) =>
        Factor(link => scale.StateOf(link, a.Links), a.Taken, link => scale.StateOf(link, b.Links), b.Taken);

    private delegate ReadOnlySpan<byte> State(int link);

    /// <summary>
    /// log₂ of the Bayes factor of one actor against two, all graded links together. Different times say nothing of those who took turns.
    /// </summary>
    private double Factor(State a, in Take takenByA, State b, in Take takenByB)
    {
        var sum = 0.0;
        foreach (var link in WatchScale.GradedLinks)
        {
            var factor = Links[link].Compare(a(link), b(link), background.Of(link));
            sum += factor < 0 && link == Time && TookTurns(takenByA, takenByB) ? 0 : factor;
        }

        return sum;
    }

    /// <summary>Whether each did most of what it did on days on which the other was away.</summary>
    private static bool TookTurns(in Take a, in Take b) => MostlyAlone(a, b) && MostlyAlone(b, a);

    private static bool MostlyAlone(in Take taken, in Take other)
    {
        var last = taken.LastDay;
        var (together, all) = (0L, 0L);
        for (var day = Math.Max(0, last - Take.Days + 1); day <= last; day++)
        {
            var exchanges = taken.On(day);
            all += exchanges;
            together += other.On(day) > 0 ? exchanges : 0;
        }

        return together * 2 < all;
    }
}
