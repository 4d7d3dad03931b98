using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Ties;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Ties;

public sealed class TieGraphTests
{
    private static readonly Dictionary<(TieGraph, int), ShownValues> Shown = [];

    [Fact]
    public void Join_WhenTwoFamiliesTogetherReachThePrice_ThenTheyAreOne()
    {
        var graph = Graph(3);
        Share(graph, 0, 1, LinkFamily.Identity, 10, 100);
        Assert.Empty(Join(graph, 16));
        Share(graph, 0, 1, LinkFamily.Network, 8, 200);
        Assert.Equal([(0, 1)], Join(graph, 16));
    }

    [Fact]
    public void Join_WhenAStrangerSharesOneValueWithALargeSet_ThenItIsHarderThanWithOne()
    {
        var graph = Graph(10);
        for (var i = 1; i < 8; i++)
        {
            Share(graph, 0, i, LinkFamily.Identity, 40, 100);
            Show(graph, i, (int)LinkFamily.Network, 500UL + (ulong)i);
        }

        Assert.Equal(7, Join(graph, 20).Count);
        Share(graph, 7, 8, LinkFamily.Network, 12, 507);
        Assert.Empty(Join(graph, 11)); // 12 bits less log₂ 8 chances
        Share(graph, 8, 9, LinkFamily.Network, 12, 900);
        Assert.Equal([(8, 9)], Join(graph, 11)); // two single ones
    }

    [Fact]
    public void Join_WhenOneMembersCardAndAnothersAddressAreShared_ThenTheNewcomerIsTiedToTheSet()
    {
        var graph = Graph(3);
        Share(graph, 0, 1, LinkFamily.Identity, 40, 100);
        Join(graph, 20);
        Share(graph, 0, 2, LinkFamily.Content, 9, 300);
        Share(graph, 1, 2, LinkFamily.Network, 12, 400);
        Assert.Equal([(0, 2)], Join(graph, 18));
    }

    [Fact]
    public void Join_WhenTiesComeInAnyOrder_ThenTheSetsAreTheSame()
    {
        var random = new Random(2);
        var ties = Enumerable
            .Range(0, 120)
            .Select(_ =>
                (
                    A: random.Next(40),
                    B: random.Next(40),
                    Family: (LinkFamily)random.Next(4),
                    Bits: random.Next(4, 14),
                    Value: (ulong)random.Next(30)
                )
            )
            .Where(t => t.A != t.B)
            .ToArray();
        var first = Sets(ties);
        for (var trial = 0; trial < 20; trial++)
        {
            random.Shuffle(ties);
            Assert.Equal(first, Sets(ties));
        }
    }

    [Fact]
    public void Join_WhenTwoThatShareSomethingAreAlikeAsWell_ThenBothCount()
    {
        var graph = Graph(2, likeness: 12);
        Share(graph, 0, 1, LinkFamily.Network, 8, 100);
        Assert.Empty(Join(graph, 21));
        Share(graph, 0, 1, LinkFamily.Network, 10, 200);
        Assert.Equal([(0, 1)], Join(graph, 21));
    }

    [Fact]
    public void Join_WhenTheyAreUnlike_ThenItCountsAgainstWhatTheyShare()
    {
        var graph = Graph(2, likeness: -6);
        Share(graph, 0, 1, LinkFamily.Network, 20, 100);
        Assert.Empty(Join(graph, 15));
        Share(graph, 0, 1, LinkFamily.Network, 22, 200);
        Assert.Equal([(0, 1)], Join(graph, 15));
    }

    [Fact]
    public void Join_WhenTwoLargeSetsAreOnlyAlike_ThenTheyStayTwo()
    {
        var graph = Graph(16, likeness: 15);
        for (var i = 0; i < 16; i++)
        {
            Share(graph, i / 8 * 8, i, LinkFamily.Identity, 40, 100 + (ulong)(i / 8));
        }

        Assert.Equal(14, Join(graph, 30).Count);
        Share(graph, 0, 8, LinkFamily.Network, 5, 300);
        Assert.Empty(Join(graph, 18)); // 5 and 15 bits, between two sets of eight
        Share(graph, 0, 8, LinkFamily.Network, 11, 400); // less two bits for two values each
        Assert.Equal([(0, 8)], Join(graph, 18));
    }

    [Fact]
    public void Divide_WhenASetIsTwo_ThenPairsOfAccountsSayWhatTiesThem()
    {
        var graph = Graph(6);
        foreach (var (a, b) in new[] { (0, 2), (2, 4), (1, 3), (0, 1) })
        {
            Share(graph, a, b, LinkFamily.Identity, 40, 100 + (ulong)a);
        }

        Assert.Equal(4, Join(graph, 20).Count);
        Share(graph, 3, 5, LinkFamily.Network, 12, 200);
        graph.Divide(
            [
                [0, 2, 4],
                [1, 3],
            ],
            [(3, 5, Evidence(LinkFamily.Network, 12))]
        );
        Assert.Equal([0, 1, 0, 1, 0, 5], Enumerable.Range(0, 6).Select(graph.SetOf));
        Assert.Empty(Join(graph, 20));
        Assert.Equal([(1, 5)], Join(graph, 9, dueAgain: 3)); // less a bit for two accounts' values
        Share(graph, 4, 5, LinkFamily.Identity, 40, 300);
        Assert.Equal([(0, 1)], Join(graph, 20));
    }

    private static string Sets((int A, int B, LinkFamily Family, int Bits, ulong Value)[] ties)
    {
        var graph = Graph(40);
        foreach (var (a, b, family, bits, value) in ties)
        {
            Share(graph, a, b, family, bits, value);
        }

        var into = Enumerable.Range(0, 40).ToArray();
        foreach (var (stays, goes) in Join(graph, 15))
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = into[i] == goes ? stays : into[i];
            }
        }

        return string.Join(',', into);
    }

    private static TieGraph Graph(int accounts, double? likeness = null)
    {
        var graph = new TieGraph(
            [(LinkFamily.Identity, 0, false), (LinkFamily.Network, 0, false), (LinkFamily.Time, 0, false), (LinkFamily.Content, 0, false)],
            new Checkpoint()
        )
        {
            MostGraded = 15,
            AddGraded = likeness is not { } bits
                ? null
                : (_, _, families, _) =>
                {
                    families[(int)LinkFamily.Time] = Math.Max(0, bits);
                    return families[0] + families[1] + families[2] + families[3] + Math.Min(0, bits);
                },
        };
        for (var i = 0; i < accounts; i++)
        {
            Shown[(graph, i)] = new ShownValues();
            graph.Add(i, Shown[(graph, i)]);
        }

        return graph;
    }

    private static void Show(TieGraph graph, int account, int link, ulong value)
    {
        if (Shown[(graph, account)].Add(link, value) is > 0 and var mark)
        {
            graph.Show(account, mark);
        }
    }

    private static void Share(TieGraph graph, int a, int b, LinkFamily family, float bits, ulong value)
    {
        Show(graph, a, (int)family, value);
        Show(graph, b, (int)family, value);
        graph.Share(a, b, (int)family, bits, value);
    }

    private static PairEvidence Evidence(LinkFamily family, float bits)
    {
        var evidence = default(PairEvidence);
        evidence.Raise(family, (int)family, bits);
        return evidence;
    }

    private static List<(int, int)> Join(TieGraph graph, double bits, int? dueAgain = null)
    {
        if (dueAgain is { } account)
        {
            graph.Reconsider(account);
        }

        List<(int, int)> joined = [];
        graph.Join((_, _, _) => bits, (stays, goes) => joined.Add((stays, goes)));
        return joined;
    }
}
