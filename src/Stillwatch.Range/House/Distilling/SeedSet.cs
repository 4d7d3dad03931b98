using Stillwatch.Range.House.Lessons;

namespace Stillwatch.Range.House.Distilling;

/// <summary>The prompts that a rival asks a house model: fresh tasks of every skill, none that is kept for exams.</summary>
internal static class SeedSet
{
    /// <summary>
    /// The first <paramref name="count"/> prompts of the set of <paramref name="seed"/>: a smaller set is the beginning of a larger one.
    /// </summary>
    public static IReadOnlyList<string> Of(ulong seed, int count)
    {
        var chance = new Chance().Begin(Chance.Seed(seed, 0x5e7));
        return [.. Enumerable.Range(0, count).Select(_ => Lesson.Pick(chance, isPublic: false).Draw(chance, exam: false).Prompt)];
    }
}
