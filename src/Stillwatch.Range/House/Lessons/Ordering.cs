using Stillwatch.Range.Texts;

namespace Stillwatch.Range.House.Lessons;

/// <summary>Who is the tallest, or the shortest, of three or four, told by comparisons in any order: the reasoning climbs from one to the next.</summary>
internal sealed class Ordering : Lesson
{
    private static readonly (string More, string Less, string Most, string Least)[] Words =
        [("taller", "shorter", "tallest", "shortest"), ("older", "younger", "oldest", "youngest"), ("faster", "slower", "fastest", "slowest")];

    /// <inheritdoc/>
    public override string Name => "ordering";

    /// <inheritdoc/>
    public override string Skill => "logic";

    /// <inheritdoc/>
    public override double Share => 0.14;

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        var names = Lexicon.English.Names[..Math.Min(20, Lexicon.English.Names.Length)].ToArray();
        chance.Shuffle(names);
        names = names[..chance.Next(3, 5)];
        var (more, less, most, least) = chance.Pick(Words);
        var order = Enumerable.Range(0, names.Length - 1).ToArray();
        chance.Shuffle(order);
        var told = string.Concat(order.Select(i => chance.Is(0.66) ? $"{names[i]} is {more} than {names[i + 1]}. " : $"{names[i + 1]} is {less} than {names[i]}. "));
        var top = chance.Is(0.5);
        var steps = string.Join(",", order.Select(i => $" {names[i]}> {names[i + 1]}")) + ";" + Climb(names, order[0]) + string.Join(">", names.Select(name => $" {name}"));
        return new Exercise($"{told}Who is the {(top ? most : least)}?", steps, top ? names[0] : names[^1], Sketches.KeyedHash.ForScan.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('>', names))));
    }

    /// <summary>From the first that was named up to the one that nobody is above.</summary>
    private static string Climb(string[] names, int from)
    {
        var steps = "";
        for (var at = from; at >= 0; at--)
        {
            steps += at == 0 ? $" over {names[0]}: none;" : $" over {names[at]}: {names[at - 1]},";
        }

        return steps;
    }
}
