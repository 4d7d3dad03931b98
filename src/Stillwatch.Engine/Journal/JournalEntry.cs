using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Journal;

/// <summary>Something that the journal says.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Where it stands.</param>
/// <param name="Record">The exchange, where it is one and is read whole.</param>
/// <param name="Line">The line from outside, or the signal's, where it is one.</param>
/// <param name="Taken">The exchange's features, where they were taken as it passed and the reader wants no more.</param>
internal readonly record struct JournalEntry(
    JournalEntryKind Kind,
    long Position,
    ExchangeRecord? Record,
    ReadOnlyMemory<byte> Line,
    TakenExchange? Taken = null
);

/// <summary>What an entry of the journal is.</summary>
internal enum JournalEntryKind
{
    /// <summary>An exchange, at its end.</summary>
    Exchange,

    /// <summary>A line of an exchange log from outside.</summary>
    Line,

    /// <summary>The watch closes its tick.</summary>
    Tick,

    /// <summary>A signal.</summary>
    Signal,

    /// <summary>Exchanges are missing before this.</summary>
    Gap,
}
