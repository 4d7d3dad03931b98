using Stillwatch.Engine.Disk;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Where the file of the next segment comes from: made ahead of its time, on the disk, on the second disk. One thread makes files ahead;
/// another may take one meanwhile.
/// </summary>
internal sealed class SegmentSource(JournalOptions options, SegmentFolder folder, TimeProvider clock, FileCalls calls) : IDisposable
{
    /// <summary>The least that a segment is made smaller to where the disk has little space, in bytes.</summary>
    private const long Least = 1 << 20;

    private const int RoomWanted = 4; // segments that must be free before one is made ahead
    private const int PauseSeconds = 5; // after one could not be made

    private FileStream? _ahead; // making it takes milliseconds, and nobody waits for them
    private long _pausedTo;

    /// <summary>Makes the next segment on the disk, smaller where there is little space; null where there is none.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="least">The bytes of frames that must fit.</param>
    /// <param name="staging">Through which it is written.</param>
    /// <param name="why">Why not; null where it was made.</param>
    public Segment? OnDisk(int number, long least, Staging staging, out string? why)
    {
        var length = Length(least);
        why = null;
        if (
            length == options.SegmentBytes
            && Interlocked.Exchange(ref _ahead, null) is { } ahead
            && Segment.OfAhead(ahead, number, folder.PathOf(number), length, staging) is { } made
        )
        {
            return made;
        }

        for (var bytes = length; bytes >= Math.Min(length, Math.Max(Least, least + Frame.SegmentHeader)); bytes /= 2)
        {
            if (Segment.OnDisk(number, folder.PathOf(number), bytes, staging, calls, out why) is { } next)
            {
                return next;
            }
        }

        return null;
    }

    /// <summary>Makes it on the second disk; null where there is none, or it has no space either.</summary>
    public Segment? OnSecondDisk(int number, long least, Staging staging) =>
        options.SpillFolder == null ? null : Segment.OnDisk(number, folder.SpillPathOf(number), Length(least), staging, calls, out _);

    /// <summary>Makes the file of a segment that will come, where none is ready.</summary>
    /// <remarks>Not on a nearly full disk: keys, accounts and snapshots need what little is left there, and nobody needs this file
    /// yet.</remarks>
    public void MakeAhead()
    {
        if (_ahead != null || clock.GetTimestamp() < _pausedTo || !HasRoom())
        {
            return;
        }

        var ahead = Segment.Ahead(folder.PathAhead, options.SegmentBytes, calls);
        _pausedTo = ahead == null ? clock.GetTimestamp() + PauseSeconds * clock.TimestampFrequency : 0;
        Volatile.Write(ref _ahead, ahead);
    }

    /// <summary>Removes the file that was made ahead.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ahead, null) is { } ahead)
        {
            ahead.Dispose();
            Segment.Remove(ahead.Name);
        }
    }

    private long Length(long least) => Math.Max(options.SegmentBytes, least + Frame.SegmentHeader);

    private bool HasRoom()
    {
        try
        {
            return new DriveInfo(options.Folder).AvailableFreeSpace >= RoomWanted * options.SegmentBytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
