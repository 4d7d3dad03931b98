using Stillwatch.App.Scan;
using Stillwatch.Campaigns;

namespace Stillwatch.App.Reports;

/// <summary>
/// A campaign's accounts as dots on a circle, those best tied to each other side by side, and the strongest ties as lines in the colour of their
/// strongest family. The same findings give the same drawing.
/// </summary>
internal static class TieDrawing
{
    private const int Size = 320, Radius = 140, MostTies = 400;
    private static readonly string[] Families = ["identity", "network and client", "time", "content"];

    public static void Write(Html page, Findings findings, Campaign campaign)
    {
        var ties = findings.TiesWithin(campaign);
        var order = Order(campaign.Accounts, ties);
        var place = order.Select((account, i) => (account, Angle: 2 * Math.PI * i / order.Count)).ToDictionary(p => p.account, p => (X: Size / 2 + Radius * Math.Cos(p.Angle), Y: Size / 2 + Radius * Math.Sin(p.Angle)));
        page.Add($"<svg class=\"drawing\" viewBox=\"0 0 {Size} {Size}\" role=\"img\" aria-label=\"{campaign.Accounts.Count} accounts, {ties.Count} tied pairs\">");
        foreach (var (first, second, _) in ties.Take(MostTies))
        {
            var family = findings.Watch.TiesBetween(first, second).OrderByDescending(tie => tie.Bits).First().Link.Id.Family;
            page.Add($"<line class=\"f{(int)family}\" x1=\"{place[first].X:0.0}\" y1=\"{place[first].Y:0.0}\" x2=\"{place[second].X:0.0}\" y2=\"{place[second].Y:0.0}\"/>");
        }

        foreach (var account in order)
        {
            page.Add($"<circle cx=\"{place[account].X:0.0}\" cy=\"{place[account].Y:0.0}\" r=\"{(order.Count > 120 ? 2 : 4)}\"><title>{findings.Log.Names[account]}: {findings.Watch.Accounts[account].Take.Exchanges:N0} exchanges</title></circle>");
        }

        page.Add($"</svg><p class=\"legend\">");
        for (var family = 0; family < Families.Length; family++)
        {
            page.Add($"<span class=\"f{family}\">{Families[family]}</span>");
        }

        page.Add($"</p>");
        if (ties.Count > MostTies)
        {
            page.Add($"<p class=\"quiet\">The {MostTies} strongest of {ties.Count:N0} tied pairs are drawn.</p>");
        }
    }

    /// <summary>A walk along the strongest ties, so that neighbours on the circle are tied.</summary>
    private static List<int> Order(IReadOnlyList<int> accounts, IReadOnlyList<(int First, int Second, double Bits)> ties)
    {
        var tied = accounts.ToDictionary(account => account, _ => new List<int>());
        foreach (var (first, second, _) in ties)
        {
            tied[first].Add(second);   // strongest first, as the ties come
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
