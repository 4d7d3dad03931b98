namespace Stillwatch.Tests.World;

/// <summary>Sentences of our own making: enough different ones for a small world, none of anybody else's.</summary>
internal sealed class Grammar(Random random)
{
    private static readonly string[] Verbs =
    [
        "Describe",
        "Compare",
        "Summarise",
        "Explain",
        "List",
        "Design",
        "Outline",
        "Translate",
        "Estimate",
        "Classify",
        "Invent",
        "Improve",
        "Criticise",
        "Rewrite",
        "Plan",
        "Measure",
        "Sketch",
        "Derive",
        "Name",
        "Order",
    ];
    private static readonly string[] Adjectives =
    [
        "quiet",
        "wooden",
        "northern",
        "hollow",
        "bright",
        "early",
        "narrow",
        "patient",
        "silver",
        "broken",
        "gentle",
        "heavy",
        "distant",
        "modern",
        "rural",
        "frozen",
        "ancient",
        "portable",
        "electric",
        "careful",
    ];
    private static readonly string[] Nouns =
    [
        "harbour",
        "orchard",
        "bridge",
        "turbine",
        "market",
        "library",
        "glacier",
        "kitchen",
        "railway",
        "garden",
        "engine",
        "museum",
        "lantern",
        "valley",
        "workshop",
        "telescope",
        "bakery",
        "island",
        "festival",
        "reservoir",
        "theatre",
        "quarry",
        "windmill",
        "archive",
        "vineyard",
        "tunnel",
        "lighthouse",
        "factory",
        "meadow",
        "observatory",
    ];
    private static readonly string[] Ends =
    [
        "for a visitor",
        "for a child of ten",
        "in three sentences",
        "with one example",
        "for an engineer",
        "as a short letter",
        "without numbers",
        "with a table",
        "for a radio talk",
        "as if it were winter",
        "in plain words",
        "for a committee",
        "with two objections",
        "before the year 1900",
        "on a small budget",
    ];
    private static readonly string[] Asks =
    [
        "why is my",
        "can you fix the",
        "what happened to the",
        "how do I clean a",
        "is it normal that the",
        "where can I buy a",
        "help me with my",
    ];
    private static readonly string[] FollowUps =
    [
        "why is that?",
        "make it shorter please",
        "and the second one?",
        "thanks, but warmer",
        "can you say it differently",
        "that is wrong, try again",
    ];

    /// <summary>One of some hundred thousand tasks.</summary>
    public string Task() =>
        $"{Pick(Verbs)} {random.Next(2, 90)} ways in which the {Pick(Adjectives)} {Pick(Nouns)} differs from a {Pick(Adjectives)} "
        + $"{Pick(Nouns)} near the {Pick(Adjectives)} {Pick(Nouns)}, {Pick(Ends)}.";

    /// <summary>A person's question about a few things of their own.</summary>
    public string Question(string own) => $"{Pick(Asks)} {Pick(Adjectives)} {own}, {Pick(Ends)}?";

    /// <summary>What a person says next.</summary>
    public string FollowUp() => Pick(FollowUps);

    /// <summary>A document that a job works through.</summary>
    public string Document() =>
        string.Join(
            ' ',
            Enumerable.Range(0, 12).Select(_ => $"The {Pick(Adjectives)} {Pick(Nouns)} stands by the {Pick(Adjectives)} {Pick(Nouns)}.")
        );

    /// <summary>A noun.</summary>
    public string Noun() => Pick(Nouns);

    private string Pick(string[] words) => words[random.Next(words.Length)];
}
