namespace Stillwatch.Features;

/// <summary>What a prompt shows of its form. Numbers never change meaning.</summary>
[Flags]
public enum PromptMarks : byte
{
    /// <summary>Nothing of it.</summary>
    None = 0,

    /// <summary>A question mark somewhere.</summary>
    Question = 1,

    /// <summary>It begins with a capital letter (A to Z).</summary>
    Capital = 2,

    /// <summary>A fence of code.</summary>
    CodeFence = 4,

    /// <summary>An empty line between two parts.</summary>
    Paragraphs = 8,
}
