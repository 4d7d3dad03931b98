using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Stillwatch.Tests.Structure;

/// <summary>App → hosts → core, hosts never know each other, and in the core a stage looks upstream only.</summary>
public sealed partial class DirectionTests
{
    // The story of the data, in its order; statistics and sketches lie beneath all of it.
    private static readonly string[] Stages =
    [
        "Statistics",
        "Sketches",
        "Corpora",
        "Exchanges",
        "Accounts",
        "Features",
        "Population",
        "Signals",
        "Campaigns",
        "Cases",
        "Countermeasures",
        "Capabilities",
        "Decisions",
    ];

    [Fact]
    public void Core_WhenAStageUsesAnother_ThenItIsUpstream()
    {
        foreach (var file in Tree.Files("src/Stillwatch", ".cs"))
        {
            var stage = Array.IndexOf(Stages, file.Split('/')[2]);
            Assert.True(stage >= 0, $"{file} is in no stage: {string.Join(", ", Stages)}");
            foreach (Match used in StageNames().Matches(Tree.Read(file)))
            {
                var other = Array.IndexOf(Stages, used.Groups[1].Value);
                Assert.True(other <= stage, $"{file} uses {used.Value}, which is downstream of it");
            }
        }
    }

    [Fact]
    public void Core_WhenItsProjectIsRead_ThenItKnowsNoWebNoActorsNoDiskAndNoOtherProject()
    {
        var project = XDocument.Parse(Tree.Read("src/Stillwatch/Stillwatch.csproj"));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.Equal(
            ["MathNet.Numerics", "System.IO.Hashing"],
            project.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)
        );
        foreach (var file in Tree.Files("src/Stillwatch", ".cs"))
        {
            Assert.DoesNotMatch(
                @"\b(File|Directory|FileStream|HttpClient|Socket|Environment)\.|TimeProvider|\bThread\b",
                Code(Tree.Read(file))
            );
        }
    }

    [Fact]
    public void Projects_WhenTheyAreRead_ThenEachKnowsWhatItMayKnow()
    {
        // Hosts (gateway, engine, console, range) know the core and not each other. Logs are read below reports. Programs join what they
        // need.
        var may = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["Stillwatch"] = [],
            ["Stillwatch.Hosting"] = [],
            ["Stillwatch.Gateway"] = ["Stillwatch", "Stillwatch.Hosting"],
            ["Stillwatch.Engine"] = ["Stillwatch", "Stillwatch.Hosting"],
            ["Stillwatch.Console"] = ["Stillwatch", "Stillwatch.Hosting"],
            ["Stillwatch.Range"] = ["Stillwatch", "Stillwatch.Hosting"],
            ["Stillwatch.Logs"] = ["Stillwatch"],
            ["Stillwatch.Reports"] = ["Stillwatch", "Stillwatch.Logs"],
            ["Stillwatch.Lab"] = ["Stillwatch.Range"],
            ["Stillwatch.App"] =
            [
                "Stillwatch",
                "Stillwatch.Console",
                "Stillwatch.Engine",
                "Stillwatch.Gateway",
                "Stillwatch.Hosting",
                "Stillwatch.Logs",
                "Stillwatch.Range",
                "Stillwatch.Reports",
            ],
        };
        foreach (var path in Tree.Files("src", ".csproj"))
        {
            var references = XDocument
                .Parse(Tree.Read(path))
                .Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
            Assert.Equal(may[Path.GetFileNameWithoutExtension(path)], references.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void App_WhenItRunsADeployment_ThenItKnowsNothingOfWhatTriesItOut()
    {
        var files = Tree.Files("src/Stillwatch.App", ".cs")
            .Where(file => file.Split('/')[2] is not ("Trials" or "Verbs" or "Program.cs"))
            .ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain("Stillwatch.App.Trials", Tree.Read(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Torch_WhenLookedFor_ThenOnlyTheTrainerKnowsIt_AndNobodyRefersToTheTrainer()
    {
        Assert.Equal(
            ["src/Stillwatch.Lab/Stillwatch.Lab.csproj"],
            Tree.Files("src", ".csproj").Where(path => Tree.Read(path).Contains("TorchSharp", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(Tree.Files("src", ".csproj"), path =>
            Tree.Read(path).Contains("Stillwatch.Lab.csproj", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Clock_WhenLookedFor_ThenItIsNamedInOnePlace() =>
        Assert.Equal(
            ["src/Stillwatch.Reports/SystemClock.cs"],
            Tree.Files("src", ".cs").Where(file => Code(Tree.Read(file)).Contains("TimeProvider.System", StringComparison.Ordinal))
        );

    [Fact]
    public void Namespaces_WhenCompared_ThenTheyAreTheFolders()
    {
        foreach (var file in Tree.Files("src", ".cs").Where(file => !file.EndsWith("/Program.cs", StringComparison.Ordinal)))
        {
            var folder = Path.GetDirectoryName(file)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');
            Assert.Contains($"namespace {folder};", Tree.Read(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_WhenTheyDeclareAPublicType_ThenItIsOneAndNamedForTheFile()
    {
        foreach (var file in Tree.Files("src", ".cs"))
        {
            var types = TopLevelTypes().Matches(Tree.Read(file)).Select(match => match.Groups[1].Value).ToList();
            Assert.True(
                types.Count <= 1 && types.TrueForAll(type => type == Path.GetFileNameWithoutExtension(file)),
                $"{file} declares {string.Join(", ", types)}"
            );
        }
    }

    /// <summary>The code without its comments.</summary>
    private static string Code(string text) => Comments().Replace(text, "");

    [GeneratedRegex(
        @"(?:using |\b)Stillwatch\.(Statistics|Sketches|Exchanges|Accounts|Features|Signals|Campaigns|Cases|Countermeasures|Capabilities|Decisions)\b"
    )]
    private static partial Regex StageNames();

    [GeneratedRegex(
        @"^public (?:static |sealed |abstract |readonly |partial )*(?:record struct|record|class|struct|enum|interface) (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex TopLevelTypes();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();
}
