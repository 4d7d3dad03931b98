namespace Stillwatch.App.Demos;

/// <summary>What people and programs of the demo say: sentences of the project's own making.</summary>
internal sealed class DemoWords(Random random)
{
    private static readonly string[] Verbs = ["Describe", "Compare", "Summarise", "Explain", "List", "Design", "Outline", "Estimate", "Classify", "Invent", "Improve", "Criticise", "Plan", "Measure", "Sketch", "Derive", "Order", "Defend", "Predict", "Trace"];
    private static readonly string[] Adjectives = ["quiet", "wooden", "northern", "hollow", "bright", "early", "narrow", "patient", "silver", "broken", "gentle", "heavy", "distant", "modern", "rural", "frozen", "ancient", "portable", "electric", "careful", "crowded", "salted", "vertical", "borrowed"];
    private static readonly string[] Nouns = ["harbour", "orchard", "bridge", "turbine", "market", "library", "glacier", "kitchen", "railway", "garden", "engine", "museum", "lantern", "valley", "workshop", "telescope", "bakery", "island", "festival", "reservoir", "theatre", "quarry", "windmill", "archive", "vineyard", "tunnel", "lighthouse", "factory", "meadow", "observatory", "ledger", "antibody", "polygon", "treaty", "sonata", "compiler", "enzyme", "senate", "isotope", "proverb"];
    private static readonly string[] Ends = ["for a visitor", "for a child of ten", "in three sentences", "with one example", "for an engineer", "as a short letter", "without numbers", "with a table", "for a radio talk", "as if it were winter", "in plain words", "for a committee", "with two objections", "on a small budget", "as a recipe", "in code"];
    private static readonly string[] Asks = ["why is my", "can you fix the", "what happened to the", "how do I clean a", "is it normal that the", "where can I buy a", "help me with my"];
    private static readonly string[] FollowUps = ["why is that?", "make it shorter please", "and the second one?", "thanks, but warmer", "can you say it differently", "that is wrong, try again"];

    /// <summary>A fresh task, as a harvest asks for it.</summary>
    public string Task() => random.Next(4) switch
    {
        0 => $"{Pick(Verbs)} the {Pick(Adjectives)} {Pick(Nouns)} and the {Pick(Nouns)} of a {Pick(Adjectives)} {Pick(Nouns)}, {Pick(Ends)}.",
        1 => $"Given a {Pick(Nouns)} with {random.Next(3, 900)} parts, how would a {Pick(Adjectives)} {Pick(Nouns)} {Pick(Verbs).ToLowerInvariant()} it {Pick(Ends)}?",
        2 => $"What would change in the {Pick(Nouns)} if every {Pick(Adjectives)} {Pick(Nouns)} became a {Pick(Nouns)}? Answer {Pick(Ends)}.",
        _ => $"{Pick(Verbs)} {random.Next(2, 90)} ways in which the {Pick(Adjectives)} {Pick(Nouns)} differs from a {Pick(Nouns)}, {Pick(Ends)}. Show your reasoning step by step.",
    };

    /// <summary>A person's question about one thing of their own.</summary>
    public string Question(string own) => $"{Pick(Asks)} {Pick(Adjectives)} {own}, {Pick(Ends)}?";

    /// <summary>What a person says next.</summary>
    public string FollowUp() => Pick(FollowUps);

    /// <summary>A document that a service works through.</summary>
    public string Document() => string.Join(' ', Enumerable.Range(0, 8).Select(_ => $"The {Pick(Adjectives)} {Pick(Nouns)} stands by the {Pick(Adjectives)} {Pick(Nouns)}."));

    /// <summary>A thing.</summary>
    public string Noun() => Pick(Nouns);

    private string Pick(string[] words) => words[random.Next(words.Length)];
}
