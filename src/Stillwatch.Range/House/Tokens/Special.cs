namespace Stillwatch.Range.House.Tokens;

/// <summary>The tokens that no text makes: what is whose in a conversation. Numbers never change meaning.</summary>
internal static class Special
{
    /// <summary>Nothing.</summary>
    public const int Pad = 0;

    /// <summary>What follows is the operator's.</summary>
    public const int System = 1;

    /// <summary>What follows is the user's.</summary>
    public const int User = 2;

    /// <summary>What follows is the model's.</summary>
    public const int Assistant = 3;

    /// <summary>What follows is how it is worked out.</summary>
    public const int Think = 4;

    /// <summary>What follows is the answer.</summary>
    public const int Answer = 5;

    /// <summary>The model has done.</summary>
    public const int End = 6;

    /// <summary>After these the model has nothing more to say.</summary>
    public static IReadOnlySet<int> Ends { get; } = new HashSet<int> { End, Pad, System, User, Assistant };

    /// <summary>Their names in files, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|think|>", "<|answer|>", "<|end|>"];
}
