using System.Text.RegularExpressions;
using Xunit;

namespace Stillwatch.Tests.Structure;

/// <summary>
/// Folders of a project use each other in one direction: who reads one need not read them all. What lies in a project's root joins them and
/// may use all.
/// </summary>
public sealed partial class CircleTests
{
    /// <summary>
    /// A dialect is one file that knows how its requests are read and its answers put together; both ask the dialect. Not taken apart yet.
    /// </summary>
    private const string Known = "Stillwatch: Exchanges/Answers, Exchanges/Dialects, Exchanges/Requests";

    [Fact]
    public void Folders_WhenTheyUseEachOther_ThenNoneUsesOneThatUsesIt()
    {
        List<string> circles = [];
        foreach (
            var project in Directory
                .EnumerateDirectories(Path.Combine(Tree.Root, "src"))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        )
        {
            var uses = Uses(project);
            Assert.NotEmpty(uses);
            circles.AddRange(
                uses.Keys.Select(folder => Circle(uses, folder))
                    .Where(circle => circle.Count > 1)
                    .Select(circle => $"{project}: {string.Join(", ", circle)}")
                    .Distinct(StringComparer.Ordinal)
            );
        }

        Assert.Equal([Known], circles);
    }

    [Fact]
    public void Circle_WhenThereIsOne_ThenItIsFound()
    {
        var uses = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal)
        {
            ["a"] = ["b"],
            ["b"] = ["c"],
            ["c"] = ["a", "d"],
            ["d"] = [],
        };
        Assert.Equal(["a", "b", "c"], Circle(uses, "a"));
        Assert.Equal(["d"], Circle(uses, "d"));
    }

    /// <summary>By folder, those that it names in a using or in full.</summary>
    private static Dictionary<string, HashSet<string>> Uses(string project)
    {
        var files = Tree.Files($"src/{project}", ".cs").ToList();
        var folders = files.ConvertAll(file => Folder(project, file)).ToHashSet(StringComparer.Ordinal);
        var uses = folders.ToDictionary(folder => folder, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var file in files.Where(file => Folder(project, file).Length > 0))
        {
            foreach (Match name in Names().Matches(Comments().Replace(Tree.Read(file), "")))
            {
                if (!name.Value.StartsWith(project + ".", StringComparison.Ordinal))
                {
                    continue;
                }

                var path = name.Value[(project.Length + 1)..].Replace('.', '/');
                while (path.Length > 0 && !folders.Contains(path))
                {
                    path = path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : "";
                }

                if (path.Length > 0 && path != Folder(project, file))
                {
                    uses[Folder(project, file)].Add(path);
                }
            }
        }

        return uses;
    }

    /// <summary>All folders that <paramref name="folder"/> leads to and that lead back to it, with itself.</summary>
    private static List<string> Circle(Dictionary<string, HashSet<string>> uses, string folder)
    {
        var from = Reached(uses, folder);
        return
        [
            .. from.Where(other => Reached(uses, other).Contains(folder))
                .Append(folder)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static HashSet<string> Reached(Dictionary<string, HashSet<string>> uses, string folder)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(uses[folder]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var more in uses[next])
                {
                    open.Push(more);
                }
            }
        }

        return reached;
    }

    private static string Folder(string project, string file) =>
        Path.GetDirectoryName(file)!.Replace('\\', '/')[Math.Min(Path.GetDirectoryName(file)!.Length, $"src/{project}/".Length)..];

    [GeneratedRegex(@"\bStillwatch(?:\.[A-Z]\w*)+")]
    private static partial Regex Names();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();
}
