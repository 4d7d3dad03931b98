using System.Runtime.Versioning;

namespace Stillwatch.Logs;

/// <summary>
/// The logs that a command line names: files, data folders, folders of files in any depth, and <c>-</c> or another pipe, of which what
/// comes is kept in a file without a name until the logs are closed (its lines are read again for a report).
/// </summary>
internal sealed class LogSources : IDisposable
{
    private readonly List<FileStream> _kept = [];
    private readonly List<LogSource> _all = [];

    /// <summary>The logs, in the order in which they were named; those of a folder by their names.</summary>
    public IReadOnlyList<LogSource> All => _all;

    /// <summary>Finds what <paramref name="given"/> names.</summary>
    /// <exception cref="UnusableInputException">There is no such thing, a folder holds no file, or what comes through a pipe cannot be
    /// kept.</exception>
    public static LogSources Of(IReadOnlyList<string> given)
    {
        var sources = new LogSources();
        try
        {
            foreach (var name in given)
            {
                sources.Add(name);
            }
        }
        catch
        {
            sources.Dispose();
            throw;
        }

        return sources;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _kept)
        {
            file.Dispose();
        }
    }

    private void Add(string given)
    {
        if (given == "-")
        {
            using var input = System.Console.OpenStandardInput();
            Keep("standard input", input);
        }
        else if (LogFile.IsRecordFolder(given))
        {
            _all.Add(new(given, given));
        }
        else if (Directory.Exists(given))
        {
            var before = _all.Count;
            AddFolder(given);
            if (_all.Count == before)
            {
                throw new UnusableInputException(
                    $"{given}: no file is in this folder or below it (those whose names begin with a dot are passed over)"
                );
            }
        }
        else
        {
            using var file = LogFile.OpenRaw(given); // once: whoever writes into a named pipe would be told that nobody reads
            if (file.CanSeek)
            {
                _all.Add(new(given, given));
            }
            else
            {
                Keep(given, file);
            }
        }
    }

    private void AddFolder(string folder)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(IsSeen).Order(StringComparer.Ordinal))
            {
                _all.Add(new(file, file));
            }

            foreach (var inner in Directory.EnumerateDirectories(folder).Where(IsSeen).Order(StringComparer.Ordinal))
            {
                if (LogFile.IsRecordFolder(inner))
                {
                    _all.Add(new(inner, inner));
                }
                else if (new DirectoryInfo(inner).LinkTarget == null)
                {
                    AddFolder(inner);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"{folder}: the folder cannot be read ({fault.Message})");
        }
    }

    private static bool IsSeen(string path) => !System.IO.Path.GetFileName(path).StartsWith('.');

    private void Keep(string name, Stream input)
    {
        var folder = System.IO.Path.GetTempPath();
        var path = System.IO.Path.Combine(folder, $"stillwatch-input-{System.IO.Path.GetRandomFileName()}");
        try
        {
            var file = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    UnixCreateMode = OwnerOnly,
                }
            );
            _kept.Add(file);
            if (OperatingSystem.IsLinux())
            {
                File.Delete(path); // it goes with the process, however that ends
                path = $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}";
            }

            input.CopyTo(file, 1 << 20);
            file.Flush();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException(
                $"{name}: what comes through could not be kept in {folder} while it is read: {Readable.Why(path, fault)}; set TMPDIR "
                    + $"to a folder with room, or write the log to a file and name that"
            );
        }

        _all.Add(new(name, path));
    }

    [UnsupportedOSPlatformGuard("windows")]
    private static UnixFileMode? OwnerOnly => OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
