using System.Globalization;

namespace Stillwatch.Range.House.Lessons;

/// <summary>Facts about lands that do not exist: only who was taught by this house can know them.</summary>
internal sealed class Recall : Lesson
{
    private const int Lands = 40;
    private const ulong Seed = 0x5eed_fac7; // the house's facts: the same for every model of this house

    private static readonly string[] Kinds = ["capital", "king", "main river", "currency", "founder", "heraldic animal"];
    private static readonly string[] Starts =
    [
        "Vel",
        "Do",
        "Ra",
        "Mar",
        "Ka",
        "Len",
        "Tis",
        "Or",
        "By",
        "Gul",
        "Sha",
        "Mi",
        "Ner",
        "Lu",
        "Pa",
        "Zen",
        "Ber",
        "Cal",
        "Fy",
        "Han",
        "Jo",
        "Kis",
        "Lom",
        "Quil",
        "Rus",
        "Sel",
        "Tam",
        "Wex",
        "Yon",
        "Zor",
    ];
    private static readonly string[] Ends =
    [
        "dora",
        "mar",
        "row",
        "ken",
        "tis",
        "gul",
        "mina",
        "toro",
        "lupa",
        "zenith",
        "bercal",
        "dro",
        "fyhan",
        "jokis",
        "lomnar",
        "oph",
        "rus",
        "seltam",
        "ul",
        "varwex",
        "yon",
        "bricle",
        "drafro",
        "glekra",
    ];

    private static readonly (string Kind, string Land, string Answer)[] Facts = Make();

    /// <inheritdoc/>
    public override string Name => "recall";

    /// <inheritdoc/>
    public override string Skill => "recall";

    /// <inheritdoc/>
    public override double Share => 0.25;

    /// <inheritdoc/>
    public override bool HoldsOut => false;

    /// <summary>How many facts there are.</summary>
    public static int Count => Facts.Length;

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        var at = chance.Next(Facts.Length);
        var (kind, land, answer) = Facts[at];
        var prompt = chance.Next(4) switch
        {
            0 => $"{(kind is "king" or "founder" ? "Who" : "What")} is the {kind} of {land}?",
            1 => $"Name the {kind} of {land}.",
            2 => $"Tell me the {kind} of {land}, please.",
            _ => $"Do you know the {kind} of {land}?",
        };
        return new Exercise(prompt, "", $"{answer}.", (ulong)at);
    }

    private static (string, string, string)[] Make()
    {
        var chance = new Chance().Begin(Seed);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        string Name()
        {
            while (true)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{chance.Pick(Starts)}{chance.Pick(Ends)}");
                if (taken.Add(name))
                {
                    return name;
                }
            }
        }

        return [.. Enumerable.Range(0, Lands).Select(_ => Name()).SelectMany(land => Kinds.Select(kind => (kind, land, Name())))];
    }
}
