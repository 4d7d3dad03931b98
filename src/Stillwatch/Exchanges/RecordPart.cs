namespace Stillwatch.Exchanges;

/// <summary>What a part of a record is of.</summary>
public enum RecordPart
{
    /// <summary>The answer as it was sent.</summary>
    Answer,

    /// <summary>The answer as the model server gave it, where something else was sent.</summary>
    Received,

    /// <summary>The request as it went to the model server, where it was changed.</summary>
    Forwarded,
}
