using System.IO.Compression;
using ZstdSharp;

namespace Stillwatch.Logs;

/// <summary>Opens log files: plain, gzip and Zstandard, told by their first bytes and not by their names.</summary>
internal static class LogFile
{
    /// <summary>Which folders are read as one log; none where null. Set once, before anything is read.</summary>
    public static IRecordFolder? RecordFolders { get; set; }

    /// <summary>Whether <paramref name="path"/> is a folder that is read as one log.</summary>
    public static bool IsRecordFolder(string path) => RecordFolders?.Is(path) == true;

    /// <summary>
    /// Opens <paramref name="path"/> for reading from its start, decompressed; a data folder is read as the log that it holds.
    /// </summary>
    /// <exception cref="UnusableInputException">There is no such regular file, or it cannot be opened.</exception>
    public static Stream Open(string path, out FileStream? file)
    {
        if (IsRecordFolder(path))
        {
            file = null;
            return RecordFolders!.Open(path);
        }

        file = OpenRaw(path);
        if (!file.CanSeek)
        {
            file.Dispose();
            throw new UnusableInputException(
                $"{path}: is no regular file; write the log to a file first (lines are read again for the report)"
            );
        }

        Span<byte> magic = stackalloc byte[4];
        var read = file.ReadAtLeast(magic, 4, throwOnEndOfStream: false);
        file.Position = 0;
        return magic[..read] switch
        {
            [0x1F, 0x8B, ..] => new BoundedExpansion(new GZipStream(file, CompressionMode.Decompress), file.Length),
            [0x28, 0xB5, 0x2F, 0xFD] => new BoundedExpansion(new DecompressionStream(file, leaveOpen: false), file.Length),
            _ => file,
        };
    }

    /// <summary>Opens <paramref name="path"/> as it lies there.</summary>
    /// <exception cref="UnusableInputException">There is no such file, or it cannot be opened.</exception>
    public static FileStream OpenRaw(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UnusableInputException($"{path}: is a folder and no data folder of a deployment; name a file");
        }

        try
        {
            return new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.Read,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    BufferSize = 0,
                    Options = FileOptions.SequentialScan,
                }
            );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"{path}: {Readable.Why(path, fault)}; name a log file that exists and that you may read");
        }
    }

    /// <summary>Whether a reading fault means that the compressed data is broken.</summary>
    public static bool IsDamage(Exception fault) => fault is InvalidDataException or ZstdException or EndOfStreamException;
}
