using System.Text.RegularExpressions;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Signals;
using Xunit;

namespace Stillwatch.Tests.Structure;

/// <summary>Every detector and every link has its test and its page, and what the pages name exists.</summary>
public sealed partial class PagesTests
{
    [Fact]
    public void Detectors_WhenListed_ThenEachHasItsTestAndItsPage() =>
        Each(
            "src/Stillwatch/Signals/Detectors",
            "tests/Stillwatch.Tests/Signals/Detectors",
            "docs/detectors",
            [.. Detector.All.Select(d => (d.Id.Name, d.Id.Version))],
            ["## What it sees", "## What it is blind to", "## Who looks alike", "## Reasons", "## Calibration"]
        );

    [Fact]
    public void Links_WhenListed_ThenEachHasItsTestAndItsPage() =>
        Each(
            "src/Stillwatch/Campaigns/Links",
            "tests/Stillwatch.Tests/Campaigns/Links",
            "docs/links",
            [.. Link.All.Select(l => (l.Id.Name, l.Id.Version))],
            ["## What it sees", "## What it weighs", "## What it is blind to", "## Who looks alike"]
        );

    [Fact]
    public void Links_WhenCounted_ThenAllFamiliesAreThere() =>
        Assert.Equal(LinkId.Families, Link.All.Select(link => link.Id.Family).Distinct().Count());

    [Fact]
    public void Detectors_WhenRead_ThenTheyNameNoThresholdOfAction()
    {
        foreach (var file in Tree.Files("src/Stillwatch/Signals/Detectors", ".cs"))
        {
            Assert.DoesNotMatch("(?i)alpha|flagged|WatchRules", Tree.Read(file));
        }
    }

    [Fact]
    public void LifeOfAnExchange_WhenItNamesATypeOrAFile_ThenItExists()
    {
        var page = Tree.Read("docs/life-of-an-exchange.md");
        var sources = Tree.Files("src", ".cs").ToList();
        var names = sources.ConvertAll(file => Path.GetFileNameWithoutExtension(file)).ToHashSet(StringComparer.Ordinal);
        var all = string.Concat(sources.Select(Tree.Read));
        var named = TypeNames().Matches(page).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(named.Count > 8);
        Assert.All(named, name =>
            Assert.True(names.Contains(name) || Regex.IsMatch(all, $@"\b{name}\b"), $"docs/life-of-an-exchange.md names {name}")
        );
    }

    [Fact]
    public void Links_WhenDocumentsPointAtFiles_ThenTheFilesExist()
    {
        foreach (var page in Tree.Files("docs", ".md").Append("README.md").Append("CONTRIBUTING.md"))
        {
            foreach (Match link in Targets().Matches(Tree.Read(page)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
                {
                    var path = Path.GetFullPath(Path.Combine(Tree.Root, Path.GetDirectoryName(page)!, target));
                    Assert.True(File.Exists(path) || Directory.Exists(path), $"{page} points at {target}");
                }
            }
        }
    }

    /// <summary>A figure that a constant decides is the constant's.</summary>
    [Fact]
    public void Figures_WhenAConstantDecidesThem_ThenThePagesNameIt()
    {
        (string Page, string Says)[] figures =
        [
            (
                "docs/life-of-an-exchange.md",
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"about {Profile.Size / 1000.0:0.0} KB")
            ),
            (
                "docs/links/shared-seed-set.md",
                Stillwatch.Sketches.SampleOfValues.Capacity == 12 ? "A sample of twelve requests" : "another number"
            ),
            ("docs/gateway.md", $"at most {Stillwatch.Gateway.Forward.UpstreamRequest.MostHead:N0} characters"),
            ("docs/formats/signals.md", $"The latest {Stillwatch.Engine.Watching.SignalLog.MostKept:N0} are kept"),
        ];
        Assert.All(figures, figure => Assert.Contains(figure.Says, Tree.Read(figure.Page), StringComparison.Ordinal));
    }

    private static void Each(string sources, string tests, string pages, List<(string Name, int Version)> found, string[] headings)
    {
        var files = Tree.Files(sources, ".cs").Select(file => Path.GetFileNameWithoutExtension(file)).ToList();
        Assert.Equal(files.Count, found.Count);
        foreach (var file in files)
        {
            Assert.True(Tree.Exists($"{tests}/{file}Tests.cs"), $"{file} has no test {tests}/{file}Tests.cs");
        }

        foreach (var (name, version) in found)
        {
            var page = $"{pages}/{name}.md";
            Assert.True(Tree.Exists(page), $"{name} has no page {page}");
            var text = Tree.Read(page);
            Assert.Contains($"Version {version}", text, StringComparison.Ordinal);
            Assert.All(headings, heading => Assert.Contains(heading, text, StringComparison.Ordinal));
        }
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]{3,})`")]
    private static partial Regex TypeNames();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Targets();
}
