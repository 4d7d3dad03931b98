using Stillwatch.Campaigns.Subjects;
using Stillwatch.Reports.Scan;

namespace Stillwatch.Reports.Pages;

/// <summary>
/// A campaign's accounts as dots on a circle, those best tied to each other side by side, and the strongest ties as lines in the colour of
/// their strongest family. Above fifty accounts that would be a hairball: then clusters of accounts are drawn, and how many pairs tie them.
/// The same findings give the same drawing.
/// </summary>
internal static class TieDrawing
{
    private const int Size = 320,
        Radius = 140,
        MostTies = 400;
    private const int MostAccounts = 50; // that are drawn one by one
    private const int Clusters = 8; // so many are enough
    private const int LinesOfACluster = 2; // to those that it is best tied to
    private const int MostClusters = 18; // that are drawn; the smallest are told by number
    private const double LargestDot = 26,
        WidestLine = 9;
    private static readonly string[] Families = ["identity", "network and client", "time", "content"];

    public static void Write(Html page, Briefing briefing, Campaign campaign)
    {
        var ties = briefing.TiesWithin(campaign);
        if (campaign.Accounts.Count > MostAccounts)
        {
            Clustered(page, briefing, campaign, ties);
        }
        else
        {
            OneByOne(page, briefing, campaign, ties);
        }

        page.Add($"<p class=\"legend\">");
        for (var family = 0; family < Families.Length; family++)
        {
            page.Add($"<span class=\"f{family}\">{Families[family]}</span>");
        }

        page.Add($"</p>");
    }

    private static void OneByOne(Html page, Briefing briefing, Campaign campaign, IReadOnlyList<(int First, int Second, double Bits)> ties)
    {
        var place = Around(Order(campaign.Accounts, ties));
        page.Add(
            $"<svg class=\"drawing\" viewBox=\"0 0 {Size} {Size}\" role=\"img\" "
                + $"aria-label=\"{Count.Of(campaign.Accounts.Count, "account")}, {Count.Of(ties.Count, "tied pair")}\">"
        );
        foreach (var (first, second, _) in ties.Take(MostTies))
        {
            page.Add(
                $"<line class=\"f{Family(briefing, first, second)}\" x1=\"{place[first].X:0.0}\" y1=\"{place[first].Y:0.0}\" "
                    + $"x2=\"{place[second].X:0.0}\" y2=\"{place[second].Y:0.0}\"/>"
            );
        }

        foreach (var (account, at) in place)
        {
            page.Add(
                $"<circle cx=\"{at.X:0.0}\" cy=\"{at.Y:0.0}\" r=\"4\"><title>{briefing.Log.Names[account]}: "
                    + $"{briefing.Watch.Accounts[account].Take.Exchanges:N0} exchanges</title></circle>"
            );
        }

        page.Add($"</svg>");
        if (ties.Count > MostTies)
        {
            page.Add($"<p class=\"quiet\">The {MostTies} strongest of {ties.Count:N0} tied pairs are drawn.</p>");
        }
    }

    private static void Clustered(Html page, Briefing briefing, Campaign campaign, IReadOnlyList<(int First, int Second, double Bits)> ties)
    {
        var (clusterOf, sizes) = Cluster(campaign.Accounts, ties);
        var drawn = sizes
            .OrderByDescending(size => size.Value)
            .ThenBy(size => size.Key)
            .Take(MostClusters)
            .Select(size => size.Key)
            .ToList();
        var isDrawn = drawn.ToHashSet();
        var between = new Dictionary<(int, int), int[]>();
        var within = new Dictionary<int, int[]>();
        foreach (var (first, second, _) in ties)
        {
            var (a, b) = (clusterOf[first], clusterOf[second]);
            var pairs = a == b ? Of(within, a) : Of(between, a < b ? (a, b) : (b, a));
            pairs[Family(briefing, first, second)]++;
        }

        var place = Around(drawn);
        var most = Math.Max(
            1,
            between
                .Where(pair => isDrawn.Contains(pair.Key.Item1) && isDrawn.Contains(pair.Key.Item2))
                .Select(pair => pair.Value.Sum())
                .DefaultIfEmpty(1)
                .Max()
        );
        page.Add(
            $"<svg class=\"drawing\" viewBox=\"-30 -30 {Size + 60} {Size + 60}\" role=\"img\" "
                + $"aria-label=\"{Count.Of(campaign.Accounts.Count, "account")} in {Count.Of(sizes.Count, "cluster")}, "
                + $"{Count.Of(ties.Count, "tied pair")}\">"
        );
        var lines = drawn
            .SelectMany(cluster =>
                between
                    .Where(pair =>
                        (pair.Key.Item1 == cluster || pair.Key.Item2 == cluster)
                        && isDrawn.Contains(pair.Key.Item1)
                        && isDrawn.Contains(pair.Key.Item2)
                    )
                    .OrderByDescending(pair => pair.Value.Sum())
                    .ThenBy(pair => pair.Key)
                    .Take(LinesOfACluster)
            )
            .DistinctBy(pair => pair.Key)
            .OrderBy(pair => pair.Key);
        foreach (var ((a, b), pairs) in lines)
        {
            page.Add(
                $"<line class=\"ties f{Strongest(pairs)}\" "
                    + $"style=\"stroke-width:{Math.Max(0.6, WidestLine * pairs.Sum() / most):0.0}\" x1=\"{place[a].X:0.0}\" "
                    + $"y1=\"{place[a].Y:0.0}\" x2=\"{place[b].X:0.0}\" "
                    + $"y2=\"{place[b].Y:0.0}\"><title>{Count.Of(pairs.Sum(), "tied pair")}, most by "
                    + $"{Families[Strongest(pairs)]}</title></line>"
            );
        }

        var largest = Math.Sqrt(sizes.Values.Max());
        foreach (var cluster in drawn)
        {
            var inner = within.GetValueOrDefault(cluster, new int[Families.Length]);
            page.Add(
                $"<circle class=\"cluster\" cx=\"{place[cluster].X:0.0}\" cy=\"{place[cluster].Y:0.0}\" "
                    + $"r=\"{Math.Max(7, LargestDot * Math.Sqrt(sizes[cluster]) / largest):0.0}\"><title>"
                    + $"{Count.Of(sizes[cluster], "account")}, among them {briefing.Log.Names[cluster]}"
                    + $"{(inner.Sum() > 0 ? $"; {Count.Of(inner.Sum(), "tied pair")} within, most by {Families[Strongest(inner)]}" : "")}"
                    + $"</title></circle><text x=\"{place[cluster].X:0.0}\" y=\"{place[cluster].Y + 4:0.0}\" "
                    + $"text-anchor=\"middle\">{sizes[cluster]:N0}</text>"
            );
        }

        page.Add($"</svg>");
        var left = sizes.Where(size => !isDrawn.Contains(size.Key)).ToList();
        var more = $" {Count.Of(left.Count, "more cluster")} with {Count.Of(left.Sum(size => size.Value), "account")} are not drawn.";
        page.Add(
            $"<p class=\"quiet\">Each circle is a cluster of accounts, with their number; lines go to the two that it is best tied "
                + $"to, the broader the more pairs.{(left.Count == 0 ? "" : more)}</p>"
        );
    }

    private static int[] Of<TKey>(Dictionary<TKey, int[]> pairs, TKey key)
        where TKey : notnull => pairs.TryGetValue(key, out var found) ? found : pairs[key] = new int[Families.Length];

    private static int Strongest(int[] pairs) => Array.IndexOf(pairs, pairs.Max());

    private static int Family(Briefing briefing, int first, int second) =>
        (int)briefing.Watch.TiesBetween(first, second).OrderByDescending(tie => tie.Bits).First().Link.Id.Family;

    private static Dictionary<int, (double X, double Y)> Around(List<int> order) =>
        order
            .Select((one, i) => (one, Angle: 2 * Math.PI * i / order.Count))
            .ToDictionary(at => at.one, at => (X: Size / 2 + Radius * Math.Cos(at.Angle), Y: Size / 2 + Radius * Math.Sin(at.Angle)));

    /// <summary>
    /// Clusters are what the strongest ties hold together: ties are taken strongest first until there are few enough clusters, and none
    /// that would make one of more than half of all. By account its cluster, named by its lowest account, and the sizes.
    /// </summary>
    private static (Dictionary<int, int> ClusterOf, Dictionary<int, int> Sizes) Cluster(
        IReadOnlyList<int> accounts,
        IReadOnlyList<(int First, int Second, double Bits)> ties
    )
    {
        var above = accounts.ToDictionary(account => account, account => account);
        var size = accounts.ToDictionary(account => account, _ => 1);
        var clusters = accounts.Count;
        foreach (var (first, second, _) in ties) // strongest first
        {
            var (a, b) = (Root(above, first), Root(above, second));
            if (a != b && clusters > Clusters && size[a] + size[b] <= accounts.Count / 2)
            {
                (a, b) = (Math.Min(a, b), Math.Max(a, b));
                above[b] = a;
                size[a] += size[b];
                clusters--;
            }
        }

        var clusterOf = accounts.ToDictionary(account => account, account => Root(above, account));
        return (clusterOf, clusterOf.Values.GroupBy(cluster => cluster).ToDictionary(cluster => cluster.Key, cluster => cluster.Count()));
    }

    private static int Root(Dictionary<int, int> above, int account)
    {
        while (above[account] != account)
        {
            above[account] = above[above[account]];
            account = above[account];
        }

        return account;
    }

    /// <summary>A walk along the strongest ties, so that neighbours on the circle are tied.</summary>
    private static List<int> Order(IReadOnlyList<int> accounts, IReadOnlyList<(int First, int Second, double Bits)> ties)
    {
        var tied = accounts.ToDictionary(account => account, _ => new List<int>());
        foreach (var (first, second, _) in ties)
        {
            tied[first].Add(second); // strongest first, as the ties come
            tied[second].Add(first);
        }

        List<int> order = [];
        var seen = new HashSet<int>();
        foreach (var start in accounts.Order())
        {
            var stack = new Stack<int>([start]);
            while (stack.TryPop(out var account))
            {
                if (seen.Add(account))
                {
                    order.Add(account);
                    foreach (var next in Enumerable.Reverse(tied[account]).Where(next => !seen.Contains(next)))
                    {
                        stack.Push(next);
                    }
                }
            }
        }

        return order;
    }
}
