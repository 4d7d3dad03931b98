namespace Stillwatch.Engine.Journal;

/// <summary>Room for a frame that was given out: its place in its segment, and where its bytes go until they are there.</summary>
/// <param name="segment">The segment; null where there was no room.</param>
/// <param name="offset">The frame's offset in it.</param>
/// <param name="header">The frame's header, in memory.</param>
/// <param name="elsewhere">Whether the payload does not follow the header but goes into the file at once.</param>
internal readonly unsafe struct FrameRoom(Segment? segment, long offset, byte* header, bool elsewhere)
{
    /// <summary>The segment; null where there was no room.</summary>
    public Segment? Segment => segment;

    /// <summary>The frame's offset in it.</summary>
    public long Offset => offset;

    /// <summary>Whether the payload goes into the file at once.</summary>
    public bool IsElsewhere => elsewhere;

    /// <summary>The frame's position in the journal.</summary>
    public long Position => Frame.Position(segment!.Number, offset);

    /// <summary>The payload's bytes.</summary>
    public Span<byte> Payload(int length) => new(header + Frame.Header, length);

    /// <summary>Makes the frame count.</summary>
    /// <param name="kind">What it says; <see cref="FrameKind.Void"/> where writing it failed.</param>
    /// <param name="check">Its <see cref="Frame.Check"/>.</param>
    public void Commit(FrameKind kind, uint check)
    {
        header[12] = (byte)kind;
        Volatile.Write(ref *(uint*)(header + 8), check);
        segment!.Leave();
    }
}
