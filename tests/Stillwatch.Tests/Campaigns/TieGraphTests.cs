using Stillwatch.Campaigns;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

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
        Assert.Empty(Join(graph, 11));                       // 12 bits less log₂ 8 chances
        Share(graph, 8, 9, LinkFamily.Network, 12, 900);
        Assert.Equal([(8, 9)], Join(graph, 11));             // two single ones
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
        var ties = Enumerable.Range(0, 120).Select(_ => (A: random.Next(40), B: random.Next(40), Family: (LinkFamily)random.Next(4), Bits: random.Next(4, 14), Value: (ulong)random.Next(30))).Where(t => t.A != t.B).ToArray();
        var first = Sets(ties);
        for (var trial = 0; trial < 20; trial++)
        {
            random.Shuffle(ties);
            Assert.Equal(first, Sets(ties));
        }
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

    private static TieGraph Graph(int accounts)
    {
        var graph = new TieGraph([(LinkFamily.Identity, 0, false), (LinkFamily.Network, 0, false), (LinkFamily.Time, 0, false), (LinkFamily.Content, 0, false)]);
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

    private static List<(int, int)> Join(TieGraph graph, double bits)
    {
        List<(int, int)> joined = [];
        graph.Join((_, _) => bits, (stays, goes) => joined.Add((stays, goes)));
        return joined;
    }
}
