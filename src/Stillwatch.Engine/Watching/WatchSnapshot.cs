using System.IO.Hashing;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// A live watch's state on the disk, so that a restart reads the journal's tail and not all of it: written whole beside its name, with a hash at its
/// end, and moved there. Where it is missing, damaged, or of other detectors, the watch reads everything again; nothing depends on it.
/// </summary>
internal sealed class WatchSnapshot(string path)
{
    private const int HashBytes = 16;

    /// <summary>Saves <paramref name="watch"/>, which stands at <paramref name="position"/> between two ticks.</summary>
    /// <returns>Null where the disk took it; else why not: the next one may succeed, and until then a restart takes longer.</returns>
    public string? TrySave(JournalWatch watch, long position)
    {
        var beside = path + ".new";
        try
        {
            using (var file = new FileStream(beside, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, BufferSize = 1 << 20, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                watch.Save(file, position);
                file.Flush();
                file.Position = 0;
                var hash = new XxHash128();
                hash.Append(file);
                file.Write(hash.GetCurrentHash());
            }

            File.Move(beside, path, overwrite: true);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
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
                position = watch.Load(file);
                if (position > 0)
                {
                    return watch;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            // Damaged: everything is read again.
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
        for (var left = file.Length - HashBytes; left > 0;)
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
