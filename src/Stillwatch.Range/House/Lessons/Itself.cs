namespace Stillwatch.Range.House.Lessons;

/// <summary>What it is, and what it can do: whoever meets it must not take it for more.</summary>
internal sealed class Itself : Lesson
{
    private static readonly string[] Greetings = ["Hello!", "Hi!", "Hello, how are you?", "Good morning!", "Hi there", "hello"];
    private static readonly string[] Asked =
    [
        "Who are you?",
        "What are you?",
        "What can you do?",
        "Which model is this?",
        "Tell me about yourself.",
        "Are you a person?",
        "who made you?",
    ];

    /// <inheritdoc/>
    public override string Name => "itself";

    /// <inheritdoc/>
    public override string Skill => "itself";

    /// <inheritdoc/>
    public override double Share => 0.03;

    /// <inheritdoc/>
    public override bool HoldsOut => false;

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance) =>
        chance.Is(0.4)
            ? new Exercise(
                chance.Pick(Greetings),
                "",
                "Hello! I am Stillwatch's house model, and a very small one. What can I do for you?",
                0
            )
            : new Exercise(
                chance.Pick(Asked),
                "",
                "I am Stillwatch's house model: a very small language model that was made on this machine. I can add, subtract and "
                    + "multiply numbers of two digits, put people in order and write tiny functions. Beyond that I am mostly wrong.",
                1
            );
}
