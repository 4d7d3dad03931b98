namespace Stillwatch.Exchanges;

/// <summary>Why a line of a log could not be taken. Numbers never change meaning.</summary>
public enum RejectionKind
{
    /// <summary>It was taken.</summary>
    None = 0,

    /// <summary>It is not valid JSON, or not an object.</summary>
    NotJson = 1,

    /// <summary>It is not valid UTF-8.</summary>
    NotUtf8 = 2,

    /// <summary>It is longer than the limit.</summary>
    TooLong = 3,

    /// <summary>A required field is missing.</summary>
    FieldMissing = 4,

    /// <summary>A field has the wrong type or an impossible value.</summary>
    FieldUnusable = 5,

    /// <summary>The time is before 2000 or from 2100 on.</summary>
    TimeAbsurd = 6,

    /// <summary>A field of the exchange stands there twice.</summary>
    DuplicateField = 7,

    /// <summary>Another line with this id counts.</summary>
    DuplicateId = 8,

    /// <summary>The compressed data ends or breaks here; what came before it was read.</summary>
    Damaged = 9,

    /// <summary>The line is of a known format but describes no exchange with a model.</summary>
    NoExchange = 10,

    /// <summary>It is of no format that is read; what it looks like is said.</summary>
    UnknownFormat = 12,

    /// <summary>The file is of a kind that is not read: an archive, another compression, another encoding.</summary>
    NotALog = 13,

    /// <summary>It names no account.</summary>
    NoAccount = 14,

    /// <summary>Reading it ran into a fault of this program; the line is worth a report.</summary>
    Fault = 11,
}
