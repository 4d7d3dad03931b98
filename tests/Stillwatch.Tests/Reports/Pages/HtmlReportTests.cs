using System.Text;
using System.Text.RegularExpressions;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Logs;
using Stillwatch.Reports.Pages;
using Stillwatch.Reports.Scan;
using Stillwatch.Sketches;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Reports.Pages;

public sealed class HtmlReportTests : IDisposable
{
    private const string Hostile = "</pre><script>alert(1)</script> & \"quoted\" \u202Eturned\u202C \u200Bhidden \u001B[31m";

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_WhenACampaignIsFlagged_ThenThePageTellsWhyWhenAndWithWhomAndNeedsNothingElse()
    {
        var (log, accounts, _) = new SmallWorld(seed: 2, campaign: true).WriteTo(_folder.Path);
        var page = Page(ScanRun.Run([log], accounts), "Compare harbours");
        Assert.Contains("24 accounts", page, StringComparison.Ordinal);
        Assert.Contains("paid for by the same means of payment", page, StringComparison.Ordinal);
        Assert.Equal(24, Regex.Count(page, "<circle "));
        Assert.Contains("class=\"detected\"", page, StringComparison.Ordinal);
        Assert.Contains("6 accounts, among them office", page, StringComparison.Ordinal); // the office, cleared
        Assert.DoesNotMatch("(?i)<script|https?://|src=|url\\((?!#)|@import", page);
    }

    [Fact]
    public void Write_WhenACampaignIsFlagged_ThenItBeginsWithWhatToDecideAndSaysWhatIsSharedAndWhyEachWasFlagged()
    {
        var (log, accounts, _) = new SmallWorld(seed: 2, campaign: true).WriteTo(_folder.Path);
        var findings = ScanRun.Run([log], accounts, dossiers: true);
        var card = Page(findings, "x");
        card = card[card.IndexOf("class=\"card\"", StringComparison.Ordinal)..];
        Assert.Matches(
            "(?s)^[^>]*>\\s*<h2>c-[0-9a-z]{7} <small>24 accounts, [\\d,]+ exchanges</small></h2>\\s*<p "
                + "class=\"brief\">(Decide|Ask|Find out)[^.]*\\. 24 accounts act as one \\([^.]*\\)[^.]*\\.</p>",
            card
        );
        Assert.Contains("requests, read together: at most ", card, StringComparison.Ordinal);
        Assert.Matches("held against \\d+ honest populations", Page(findings, "x"));
        Assert.Matches("<code>card-hydra-\\d</code> 6 accounts", card);
        Assert.Matches("<code>10\\.9\\.0\\.\\d[^<]*</code> \\d+ accounts", card);
        Assert.Matches("it acts as one with the other accounts of c-[0-9a-z]{7}", card);
    }

    [Fact]
    public void Write_WhenAReportIsRead_ThenItSaysOfWhatAndWhenAndWhatCouldNotBeSeen()
    {
        var (log, _, _) = new SmallWorld(seed: 2, campaign: true).WriteTo(_folder.Path);
        File.WriteAllLines(
            log,
            File.ReadLines(log)
                .Select(line =>
                {
                    var exchange = System.Text.Json.Nodes.JsonNode.Parse(line)!;
                    exchange["request"] = new System.Text.Json.Nodes.JsonObject { ["model"] = "m" };
                    return exchange.ToJsonString();
                })
                .Append("{broken")
                .ToList()
        );
        var page = Page(ScanRun.Run([log], null), "x");
        Assert.Contains("log.jsonl. Made 1970-01-01 00:00 UTC by Stillwatch ", page, StringComparison.Ordinal);
        Assert.Contains("text in none", page, StringComparison.Ordinal);
        Assert.Matches("Not seen: none of [\\d,]+ exchanges have text: the detectors elicitation-mix", page);
        Assert.Contains("Not read: 1 is no JSON object", page, StringComparison.Ordinal);
        Assert.Matches("have a means of payment: the link shared-payment sees nothing", page);
    }

    [Fact]
    public void Write_WhenACampaignHasMoreThanFiftyAccounts_ThenClustersAreDrawn()
    {
        var (log, accounts, _) = new SmallWorld(seed: 2, campaign: true, distillers: 80).WriteTo(_folder.Path);
        var findings = ScanRun.Run([log], accounts);
        var page = Page(findings, "x");
        Assert.True(findings.Campaigns.Max(campaign => campaign.Accounts.Count) > 50);
        var clusters = Regex
            .Matches(page, "<circle class=\"cluster\"[^>]*><title>([\\d,]+) account")
            .Select(match => int.Parse(match.Groups[1].Value))
            .ToList();
        Assert.InRange(clusters.Count, 4, 18);
        Assert.All(clusters, size => Assert.InRange(size, 1, 40));
        Assert.InRange(Regex.Count(page, "<line class=\"ties"), 1, 2 * clusters.Count);
    }

    [Fact]
    public void Plot_WhenItIsDrawn_ThenTicksAreRoundAndAnArmHasOneColourOnAllOfAPagesPlots()
    {
        var page = HtmlPage.Begin("t");
        LinePlot.Write(
            page,
            "exchanges",
            "% right",
            [
                new("full", [(10, 1), (100, 50), (1_000, 90)], [1, 2, double.NaN], Colour: 0),
                new("contained", [(100, 5), (1_000, 9)], Colour: 5),
            ]
        );
        LinePlot.Write(page, "exchanges", "% right", [new("contained", [(100, 5), (1_000, 9)], Colour: 5)]);
        LinePlot.Write(page, "days", "<answers>", [new("a", [(0, 0), (3_000_000, 2)])]);
        var text = page.ToString();
        Assert.All(new[] { ">10<", ">100<", ">1,000<", ">1 M<" }, tick => Assert.Contains(tick, text, StringComparison.Ordinal));
        Assert.Equal(2, Regex.Count(text, "<span class=\"f5\">contained"));
        Assert.Contains("var(--f5)", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("rgb\\([12],|xmlns|<answers>", text);
        var ids = Regex.Matches(text, " id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Write_WhenTextIsHostile_ThenItIsShownAsText()
    {
        var (log, accounts, _) = new SmallWorld(seed: 2, campaign: true).WriteTo(_folder.Path);
        var page = Page(ScanRun.Run([log], accounts), Hostile);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; [U+202E]turned[U+202C] [U+200B]hidden [U+001B][31m",
            page,
            StringComparison.Ordinal
        );
        Assert.DoesNotMatch("[\u202A-\u202E\u200B\u001B]", page);
    }

    [Fact]
    public void Examples_WhenARealLogIsHostile_ThenTheyReachThePageEscaped()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        File.WriteAllText(log, File.ReadAllText(log).Replace("near the", "<img src=x onerror=alert(1)>", StringComparison.Ordinal));
        var places = new ExamplePlaces(wanted: true);
        using var reader = new LogReader([log], KeyedHash.ForScan);
        reader.Read();
        var watch = new Watch(ScanRun.Calibration, WatchRules.Default);
        var facts = AccountsFile.Read(accounts, KeyedHash.ForScan, Rejections.OfFile(accounts));
        var found = new Findings();
        var summary = WatchedLog.Run(reader, facts, watch, places.Place, signals: found.Take);
        var findings = new Briefing(found, watch, summary, reader.Rejections, ScanRun.Calibration, WatchRules.Default);
        using var into = new MemoryStream();
        HtmlReport.Write(findings, places.Read(reader, findings), DateTimeOffset.UnixEpoch, into);
        var page = Encoding.UTF8.GetString(into.ToArray());
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
    }

    private static string Page(Briefing findings, string prompt)
    {
        var examples = findings.Campaigns.ToDictionary(
            campaign => campaign.Id.ToString(),
            _ => (IReadOnlyList<Example>)[new Example("hydra-01", "2026-03-04", prompt)],
            StringComparer.Ordinal
        );
        using var into = new MemoryStream();
        HtmlReport.Write(findings, examples, DateTimeOffset.UnixEpoch, into);
        return Encoding.UTF8.GetString(into.ToArray());
    }
}
