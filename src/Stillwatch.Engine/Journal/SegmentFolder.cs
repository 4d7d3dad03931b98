using System.Globalization;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Where segments lie, and what they are called: their number in ten digits and <c>.swj</c>, so that a listing is in order.
/// </summary>
internal sealed class SegmentFolder
{
    private readonly JournalOptions _options;

    /// <summary>Makes the folders where they are missing.</summary>
    public SegmentFolder(JournalOptions options)
    {
        _options = options;
        Directory.CreateDirectory(options.Folder);
        if (options.SpillFolder != null)
        {
            Directory.CreateDirectory(options.SpillFolder);
        }
    }

    /// <summary>The numbers of the segments that are there, in order.</summary>
    public IReadOnlyList<int> Numbers() =>
        [.. Files(_options.Folder).Concat(_options.SpillFolder == null ? [] : Files(_options.SpillFolder)).Distinct().Order()];

    /// <summary>The path of segment <paramref name="number"/> in the first folder.</summary>
    public string PathOf(int number) => Path.Combine(_options.Folder, Name(number));

    /// <summary>The path of the file of the segment that will come.</summary>
    public string PathAhead => Path.Combine(_options.Folder, "ahead");

    /// <summary>Its path in the second.</summary>
    public string SpillPathOf(int number) => Path.Combine(_options.SpillFolder!, Name(number));

    /// <summary>Where segment <paramref name="number"/> is; null where it is not there.</summary>
    public string? Find(int number) =>
        File.Exists(PathOf(number)) ? PathOf(number)
        : _options.SpillFolder != null && File.Exists(SpillPathOf(number)) ? SpillPathOf(number)
        : null;

    private static string Name(int number) => number.ToString("D10", CultureInfo.InvariantCulture) + ".swj";

    private static IEnumerable<int> Files(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*.swj")
                .Select(path =>
                    int.TryParse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture, out var number) ? number : 0
                )
                .Where(number => number > 0)
            : [];
}
