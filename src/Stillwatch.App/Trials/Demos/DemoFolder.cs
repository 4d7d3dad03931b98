using Stillwatch.App.Configuration;

namespace Stillwatch.App.Trials.Demos;

/// <summary>The data folder of the demo: one of its own, so that its two weeks begin in an empty record, unless one is named.</summary>
internal static class DemoFolder
{
    /// <summary>The folder where none is named; a later demo begins it anew.</summary>
    public const string DefaultPath = "stillwatch-demo";

    private const string Mark = "made-by-demo";

    /// <summary>Opens the folder, empty: an earlier demo's record is removed, anybody else's is not touched.</summary>
    /// <param name="named">The folder that was named; null for the demo's own.</param>
    /// <exception cref="UnusableInputException">It cannot be used.</exception>
    public static DataFolder Open(string? named)
    {
        var path = Path.GetFullPath(named ?? DefaultPath);
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            if (!File.Exists(Path.Combine(path, Mark)))
            {
                throw new UnusableInputException(
                    $"{path} is in use: the demo's traffic of the last two weeks would come too late beside what is on record there; "
                        + $"leave --data out, or name a folder that is empty"
                );
            }

            if (DataFolder.IsOne(path) && DataFolder.Existing(path).IsTaken)
            {
                throw new UnusableInputException($"a demo runs on {path} already; stop it, or name another folder with --data");
            }

            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new UnusableInputException($"what an earlier demo left in {path} cannot be removed: {fault.Message}");
            }
        }

        var folder = DataFolder.Make(path);
        File.WriteAllText(Path.Combine(path, Mark), "");
        return folder;
    }
}
