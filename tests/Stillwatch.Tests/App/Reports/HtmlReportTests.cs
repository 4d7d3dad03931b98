using System.Text;
using System.Text.RegularExpressions;
using Stillwatch.App.Logs;
using Stillwatch.App.Reports;
using Stillwatch.App.Scan;
using Stillwatch.Campaigns;
using Stillwatch.Sketches;
using Stillwatch.Tests.App.Logs;
using Stillwatch.Tests.App.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.App.Reports;

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
        Assert.Contains("6 accounts, among them office", page, StringComparison.Ordinal);   // the office, cleared
        Assert.DoesNotMatch("(?i)<script|https?://|src=|url\\(|@import", page);
    }

    [Fact]
    public void Write_WhenTextIsHostile_ThenItIsShownAsText()
    {
        var (log, accounts, _) = new SmallWorld(seed: 2, campaign: true).WriteTo(_folder.Path);
        var page = Page(ScanRun.Run([log], accounts), Hostile);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; [U+202E]turned[U+202C] [U+200B]hidden [U+001B][31m", page, StringComparison.Ordinal);
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
        var summary = WatchedLog.Run(reader, facts, watch, places.Place);
        var findings = new Findings(watch, summary, reader.Rejections, ScanRun.Calibration, WatchRules.Default);
        using var into = new MemoryStream();
        HtmlReport.Write(findings, places.Read(reader, findings), DateTimeOffset.UnixEpoch, into);
        var page = Encoding.UTF8.GetString(into.ToArray());
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
    }

    private static string Page(Findings findings, string prompt)
    {
        var examples = findings.Campaigns.ToDictionary(findings.Name, _ => (IReadOnlyList<Example>)[new Example("hydra-01", "2026-03-04", prompt)], StringComparer.Ordinal);
        using var into = new MemoryStream();
        HtmlReport.Write(findings, examples, DateTimeOffset.UnixEpoch, into);
        return Encoding.UTF8.GetString(into.ToArray());
    }
}
