namespace Stillwatch.Reports.Screen;

/// <summary>
/// Writes a file so that it is there whole or not at all; what is no regular file (a pipe, /dev/null) is written directly.
/// </summary>
internal static class OutputFile
{
    private const int MostLinks = 40; // as the kernel has it

    /// <summary>Writes <paramref name="path"/> by <paramref name="write"/>.</summary>
    /// <exception cref="UnusableInputException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            // A link stays a link, also to what is not there yet; what /dev and /proc have leads to what has no path.
            var target = path;
            for (var links = 0; links < MostLinks && !IsOfTheSystem(target) && new FileInfo(target).LinkTarget != null; links++)
            {
                target = File.ResolveLinkTarget(target, returnFinalTarget: false)!.FullName;
            }

            if (target is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1")
            {
                // opened anew it would begin at the start of a file that it is sent to
                using var output = System.Console.OpenStandardOutput();
                write(output);
                return;
            }

            if (IsSpecial(target))
            {
                using var direct = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                write(direct);
                return;
            }

            var beside = target + ".partial";
            File.Delete(beside); // of an earlier run; a link goes, and not what it leads to
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
            }

            File.Move(beside, target, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException(
                $"{path}: cannot be written "
                    + $"({(fault is DirectoryNotFoundException ? "its folder is not there" : Readable.Why(path, fault))}); name a "
                    + $"file in a folder that exists"
            );
        }
    }

    private static bool IsOfTheSystem(string path) =>
        (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal);

    private static bool IsSpecial(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var probe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        return !probe.CanSeek || IsOfTheSystem(path);
    }
}
