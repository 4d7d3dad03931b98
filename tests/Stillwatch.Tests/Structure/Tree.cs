namespace Stillwatch.Tests.Structure;

/// <summary>The source tree, for tests that hold its rules.</summary>
internal static class Tree
{
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The files under <paramref name="folder"/> that end in <paramref name="ending"/>, relative to the root, with forward slashes.
    /// </summary>
    public static IEnumerable<string> Files(string folder, string ending) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), "*" + ending, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder != null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Stillwatch.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests run inside the source tree.");
    }
}
