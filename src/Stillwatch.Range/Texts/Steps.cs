namespace Stillwatch.Range.Texts;

/// <summary>Wishes for reasoning: people have them too.</summary>
internal static class Steps
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "Think step by step.",
        "Show your reasoning before the answer.",
        "Explain your reasoning, then answer.",
        "Reason through the problem in detail and give the answer last.",
        "Write out the steps.",
        "Work through it carefully.",
        "Let's go through this one step after the other.",
    ];
}
