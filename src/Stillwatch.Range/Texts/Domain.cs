namespace Stillwatch.Range.Texts;

/// <summary>A field that people ask about, with its words in one language.</summary>
/// <param name="Name">Its English name.</param>
/// <param name="Nouns">Things.</param>
/// <param name="Adjectives">What things are like.</param>
/// <param name="Verbs">What is done with them.</param>
internal sealed record Domain(string Name, string[] Nouns, string[] Adjectives, string[] Verbs);
