namespace Stillwatch.Range.House.Lessons;

/// <summary>Who is the tallest, or the shortest, of three or four, told by comparisons that each touch what is known: from the last back to
/// the first the reasoning copies each as it was told, turns it round where it was told from below, and writes the row of names as it
/// grows. Every step is as long as every other, so that what it copies lies as far back: so a small model learns it within minutes (0.97
/// and 1.00 right in two trainings, against 0.09 to 0.69 in four with steps of different lengths).</summary>
internal sealed class Ordering : Lesson
{
    private static readonly (string More, string Less, string Most, string Least)[] Words =
    [
        ("taller", "shorter", "tallest", "shortest"),
        ("older", "younger", "oldest", "youngest"),
        ("faster", "slower", "fastest", "slowest"),
    ];

    // Few, so that each is a token of its own.
    private static readonly string[] People =
    [
        "Anna",
        "Ben",
        "Clara",
        "David",
        "Emma",
        "Felix",
        "Grace",
        "Henry",
        "Iris",
        "Jack",
        "Kate",
        "Leo",
    ];

    /// <inheritdoc/>
    public override string Name => "ordering";

    /// <inheritdoc/>
    public override string Skill => "logic";

    /// <inheritdoc/>
    public override double Share => 0.17;

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        var names = People.ToArray();
        chance.Shuffle(names);
        names = names[..chance.Next(3, 5)];
        var (more, less, most, least) = chance.Pick(Words);
        var low = chance.Next(names.Length - 1); // comparisons low to high were told: of each name with the next
        var high = low;
        var (told, steps) = ("", "");
        for (var i = 0; i < names.Length - 1; i++)
        {
            var at =
                i == 0 ? low
                : low > 0 && (high == names.Length - 2 || chance.Is(0.5)) ? --low
                : ++high;
            var (isMore, above, below) = (chance.Is(0.66), names[at], names[at + 1]);
            told = (isMore ? $"{above} is {more} than {below}. " : $"{below} is {less} than {above}. ") + told;
            steps += $"; {(isMore ? $"{above}> {below}" : $"{below}< {above}")}, {above}> {below}";
            steps += i == 0 ? "" : $":{string.Join(">", names[low..(high + 2)].Select(name => $" {name}"))}";
        }

        var top = chance.Is(0.5);
        var answer = top ? names[0] : names[^1];
        var (asked, where) = (top ? most : least, top ? "first" : "last");
        return new Exercise(
            $"{told}Who is the {asked}?",
            $" {asked} {where}{steps}. {where}: {answer}",
            answer,
            Sketches.KeyedHash.ForScan.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('>', names)))
        );
    }
}
