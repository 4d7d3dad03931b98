using System.IO.Hashing;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// A live watch's state on the disk, so that a restart reads the journal's tail and not all of it: written whole beside its name, with a
/// hash at its end, and moved there. Where it is missing, damaged, or of other detectors, the watch reads everything again; nothing depends
/// on it.
/// </summary>
internal sealed class WatchSnapshot(string path)
{
    private const int HashBytes = 16;

    /// <summary>Why what was found could not be used; null where it could, or where nothing was found.</summary>
    public string? Refused { get; private set; }

    /// <summary>Saves <paramref name="watch"/>, which stands at <paramref name="position"/> between two ticks, at once.</summary>
    /// <returns>Null where the disk took it; else why not: the next one may succeed, and until then a restart takes longer.</returns>
    public string? TrySave(JournalWatch watch, long position)
    {
        using var file = Begin(watch, position);
        watch.SaveOn(null);
        file.Complete();
        return file.Done.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Begins to save <paramref name="watch"/>, which stands at <paramref name="position"/> between two ticks;
    /// <see cref="JournalWatch.SaveOn"/> goes on with it.
    /// </summary>
    /// <returns>Where it is written: to be completed once all of it is.</returns>
    public SnapshotWriter Begin(JournalWatch watch, long position)
    {
        var file = new SnapshotWriter(path);
        watch.BeginSave(file.Stream, position);
        return file;
    }

    /// <summary>Loads it into a watch that has taken nothing.</summary>
    /// <param name="make">Makes such a watch.</param>
    /// <param name="position">From where on the journal is to be read; 0 for all of it.</param>
    public JournalWatch Load(Func<JournalWatch> make, out long position)
    {
        position = 0;
        if (!File.Exists(path))
        {
            return make();
        }

        try
        {
            var watch = make();
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20);
            if (Whole(file))
            {
                file.Position = 0;
                Refused = watch.Load(file, out position);
                if (Refused == null)
                {
                    return watch;
                }
            }
            else
            {
                Refused = "it is damaged: its hash is another";
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            Refused = $"it cannot be read: {fault.Message}";
        }

        position = 0;
        return make();
    }

    private static bool Whole(FileStream file)
    {
        if (file.Length < HashBytes)
        {
            return false;
        }

        var hash = new XxHash128();
        var buffer = new byte[1 << 20];
        for (var left = file.Length - HashBytes; left > 0; )
        {
            var read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0)
            {
                return false;
            }

            hash.Append(buffer.AsSpan(0, read));
            left -= read;
        }

        var stored = new byte[HashBytes];
        file.ReadExactly(stored);
        return hash.GetCurrentHash().AsSpan().SequenceEqual(stored);
    }
}
