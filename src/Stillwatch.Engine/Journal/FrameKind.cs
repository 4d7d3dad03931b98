namespace Stillwatch.Engine.Journal;

/// <summary>What a frame of the journal says. Numbers are on disk and never change meaning.</summary>
internal enum FrameKind : byte
{
    /// <summary>Nothing: a frame whose writing failed.</summary>
    Void = 0,

    /// <summary>A request, before it was forwarded.</summary>
    Begin = 1,

    /// <summary>A part of an answer.</summary>
    Part = 2,

    /// <summary>The end of an exchange.</summary>
    End = 3,

    /// <summary>The watch closes its tick here.</summary>
    Tick = 4,

    /// <summary>Exchanges could not be written before this: how many, and between which times.</summary>
    Gap = 5,

    /// <summary>A line of an exchange log from outside.</summary>
    Line = 6,

    /// <summary>A part of an answer as the model server gave it, where something else was sent.</summary>
    Received = 7,

    /// <summary>The request as it went to the model server, where it was changed.</summary>
    Forwarded = 8,

    /// <summary>A signal: what the watch, or somebody who works with what it says, put on record.</summary>
    Signal = 9,
}
