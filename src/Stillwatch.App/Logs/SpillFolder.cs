namespace Stillwatch.App.Logs;

/// <summary>A temporary folder for runs; made when first needed, gone with its files when disposed. Thread-safe.</summary>
internal sealed class SpillFolder : IDisposable
{
    private readonly Lock _gate = new();
    private string? _path;
    private int _files;

    /// <summary>How many runs were written.</summary>
    public int Files => _files;

    /// <summary>A path for a new run.</summary>
    public string NewFile()
    {
        lock (_gate)
        {
            _path ??= Directory.CreateTempSubdirectory("stillwatch-").FullName;
            return Path.Combine(_path, $"run-{_files++}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_path != null)
        {
            Directory.Delete(_path, recursive: true);
        }
    }
}
