namespace Stillwatch.Features;

/// <summary>What a word is to a template: part of its frame, or something that fills a slot.</summary>
[Flags]
internal enum WordKind : byte
{
    /// <summary>An ordinary word.</summary>
    Plain = 0,

    /// <summary>It holds a digit.</summary>
    Number = 1,

    /// <summary>It begins with a capital letter and does not begin a sentence: a name.</summary>
    Name = 2,

    /// <summary>It stands inside quotation marks, brackets or code.</summary>
    Quoted = 4,

    /// <summary>It begins a line.</summary>
    LineStart = 8,

    /// <summary>It ends a sentence, or a colon follows.</summary>
    Stop = 16,

    /// <summary>A colon follows: what comes after it on the line fills a slot.</summary>
    Label = 32,

    /// <summary>One character of a script written without spaces.</summary>
    Character = 64,

    /// <summary>Anything that fills a slot.</summary>
    Slot = Number | Name | Quoted,
}
