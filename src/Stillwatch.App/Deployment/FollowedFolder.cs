using System.Text.Json;
using Microsoft.Extensions.Logging;
using Stillwatch.App.Operation;
using Stillwatch.Logs;

namespace Stillwatch.App.Deployment;

/// <summary>
/// A folder into which somebody else writes exchange logs: what is new in its files is taken into the journal. Plain files may grow;
/// compressed ones are read when they have not changed for a while. How far each was read is kept in the data folder, after what was read
/// is on the disk.
/// </summary>
internal sealed class FollowedFolder
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private readonly string _marks;
    private readonly OutsideLines _lines;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Dictionary<string, long> _read;

    /// <summary>Follows <paramref name="folder"/>; how far it was read is kept in <paramref name="marks"/>.</summary>
    /// <exception cref="UnusableInputException">There is no such folder.</exception>
    public FollowedFolder(string folder, string marks, OutsideLines lines, TimeProvider clock, ILogger log)
    {
        if (!Directory.Exists(folder))
        {
            throw new UnusableInputException($"follow_folder names {folder}, which is no folder");
        }

        (_folder, _marks, _lines, _clock, _log) = (folder, marks, lines, clock, log);
        _read = File.Exists(marks) ? JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllBytes(marks)) ?? [] : [];
    }

    /// <summary>Takes what is new.</summary>
    public void Read()
    {
        foreach (
            var file in new DirectoryInfo(_folder)
                .EnumerateFiles()
                .Where(file => Kind(file.Name) > 0)
                .OrderBy(file => file.Name, StringComparer.Ordinal)
        )
        {
            var from = _read.GetValueOrDefault(file.Name);
            if (file.Length < from)
            {
                from = 0; // it was begun anew under the same name
            }

            if (
                file.Length > from
                && (Kind(file.Name) == 1 || from == 0 && _clock.GetUtcNow() - new DateTimeOffset(file.LastWriteTimeUtc) > Settled)
            )
            {
                _read[file.Name] = Kind(file.Name) == 1 ? Plain(file.FullName, from) : Compressed(file);
                var beside = _marks + ".new";
                File.WriteAllBytes(beside, JsonSerializer.SerializeToUtf8Bytes(_read));
                File.Move(beside, _marks, overwrite: true);
            }
        }
    }

    private static int Kind(string name) =>
        name.EndsWith(".jsonl", StringComparison.Ordinal) ? 1
        : name.EndsWith(".jsonl.gz", StringComparison.Ordinal) || name.EndsWith(".jsonl.zst", StringComparison.Ordinal) ? 2
        : 0;

    /// <summary>Whole lines only: the last one may still be written.</summary>
    private long Plain(string path, long from)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var to = LastLineEnd(file, from);
        if (to > from)
        {
            file.Position = from;
            using var part = new PartStream(file, to - from);
            Tell(path, _lines.TakeAsync(part, CancellationToken.None).GetAwaiter().GetResult().Complaints);
        }

        return to;
    }

    private long Compressed(FileInfo file)
    {
        using var stream = LogFile.Open(file.FullName, out _);
        Tell(file.FullName, _lines.TakeAsync(stream, CancellationToken.None).GetAwaiter().GetResult().Complaints);
        return file.Length;
    }

    private void Tell(string path, IReadOnlyList<string> complaints)
    {
        foreach (var complaint in complaints)
        {
            _log.LineRefused(path, complaint);
        }
    }

    private static long LastLineEnd(FileStream file, long from)
    {
        var buffer = new byte[64 * 1024];
        for (var end = file.Length; end > from; )
        {
            var start = Math.Max(from, end - buffer.Length);
            file.Position = start;
            file.ReadExactly(buffer, 0, (int)(end - start));
            var at = buffer.AsSpan(0, (int)(end - start)).LastIndexOf((byte)'\n');
            if (at >= 0)
            {
                return start + at + 1;
            }

            end = start;
        }

        return from;
    }

    /// <summary>So many bytes of another stream.</summary>
    private sealed class PartStream(Stream inner, long length) : ReadOnlyStream
    {
        private long _left = length;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, (int)Math.Min(count, _left));
            _left -= read;
            return read;
        }
    }
}
