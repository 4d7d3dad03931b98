using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Pages;

/// <summary>Honest look-alikes: groups that act as one and accounts that stand out, and why they were cleared.</summary>
internal static class ClearedSection
{
    private const int Most = 12;

    public static void Write(Html page, Briefing briefing)
    {
        var groups = briefing
            .Watch.Candidates.Where(group => group.DetectedAt == null)
            .OrderByDescending(group => group.Take.Exchanges)
            .ThenBy(group => group.Number)
            .ToList();
        var accounts = briefing
            .Watch.Accounts.Where(account => !account.IsNoticed)
            .OrderByDescending(briefing.Score)
            .ThenBy(a => a.Number)
            .Take(Most)
            .ToList();
        page.Add(
            $"<section><h2>Cleared</h2><p>They look alike in some way and were not flagged. The largest "
                + $"{Math.Min(Most, groups.Count)} of {groups.Count:N0} groups, and the "
                + $"{accounts.Count} accounts with the highest scores.</p>"
        );
        page.Add(
            $"<table><thead><tr><th>group</th><th>exchanges</th><th>bits</th><th>what stands out</th><th>what speaks against "
                + $"it</th></tr></thead><tbody>"
        );
        foreach (var group in groups.Take(Most))
        {
            var reasons = Reasons.Of(group);
            page.Add(
                $"<tr><td>{group.Accounts.Count:N0} accounts, among them "
                    + $"{briefing.Log.Names[group.Accounts[0]]}</td><td>{group.Take.Exchanges:N0}</td><td>{group.Bits:N1}"
                    + $"</td><td>{(reasons is [var first, ..] ? first.Text : "nothing beyond the ordinary")}</td><td>"
                    + $"{Against(group.Take, group.Profile, group.Bits, -Math.Log2(briefing.Rules.AlphaOf(group)))}</td>"
                    + $"</tr>"
            );
        }

        foreach (var account in accounts)
        {
            page.Add(
                $"<tr><td>{briefing.Name(account)}</td><td>{account.Take.Exchanges:N0}</td><td>"
                    + $"{briefing.Score(account):N1}</td><td>"
                    + $"{(briefing.ReasonsOf(account) is [var first, ..] ? first.Text : "nothing beyond the ordinary")}</td>"
                    + $"<td>"
                    + $"{Against(account.Take, account.Profile, briefing.Score(account), Math.Log2(1 / briefing.Rules.AccountAlpha))}"
                    + $"</td></tr>"
            );
        }

        page.Add($"</tbody></table></section>");
        if (briefing.Explained.Count == 0)
        {
            return;
        }

        page.Add(
            $"<section><h2>Explained</h2><p>They stand out as much as a campaign or a lead does, and what they ask is known. They are not "
                + $"flagged.</p><table><thead><tr><th>who</th><th>why</th></tr></thead><tbody>"
        );
        foreach (var explained in briefing.Explained)
        {
            var more = explained.Accounts.Count > 1 ? $" and {explained.Accounts.Count - 1:N0} more" : "";
            page.Add($"<tr><td>{briefing.Name(explained.Accounts[0])}{more}</td><td>{explained.Explanation.Text}</td></tr>");
        }

        page.Add($"</tbody></table></section>");
    }

    private static string Against(in Take take, Profile profile, double bits, double asked)
    {
        List<string> against = [];
        var followUps = (double)take.FollowUps / Math.Max(1, take.Exchanges);
        if (followUps >= 0.05)
        {
            against.Add($"{followUps:P0} of its exchanges go on with a conversation");
        }

        var walk = Detector.All.Select((detector, i) => (detector.Id.Name, i)).First(d => d.Name == "seed-set-walk").i;
        if (profile.Read(walk).Raw <= 0)
        {
            against.Add($"it repeats itself or uses templates ({profile.Explain(walk)})");
        }

        against.Add($"{bits:N1} bits, {asked:N1} at the least are asked");
        return string.Join("; ", against);
    }
}
