namespace Stillwatch.Logs;

/// <summary>
/// Where runs are spilled: files of a folder that have no name any more, so that however a scan ends nothing of them is left. Thread-safe.
/// </summary>
/// <param name="folder">The folder; the system's temporary one where null.</param>
internal sealed class SpillFolder(string? folder = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<FileStream> _runs = [];

    /// <summary>How many runs were written.</summary>
    public int Files
    {
        get
        {
            lock (_gate)
            {
                return _runs.Count;
            }
        }
    }

    /// <summary>A file for a new run; it is closed, and with it gone, when this is disposed.</summary>
    public FileStream NewRun()
    {
        lock (_gate)
        {
            var path = Path.Combine(
                folder ?? Path.GetTempPath(),
                $"stillwatch-{Environment.ProcessId}-{_runs.Count}-{Path.GetRandomFileName()}"
            );
            var run = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.Delete,
                    BufferSize = 1 << 20,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
            File.Delete(path); // the open file stays; a signal or a crash leaves nothing behind
            _runs.Add(run);
            return run;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var run in _runs)
            {
                run.Dispose();
            }

            _runs.Clear();
        }
    }
}
