namespace Stillwatch.Exchanges.Answers;

/// <summary>What a line of a stream says of the stream's end.</summary>
[Flags]
internal enum StreamMark
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The stream ends with the event that it belongs to.</summary>
    End = 1,

    /// <summary>The stream tells of an error.</summary>
    Error = 2,
}
