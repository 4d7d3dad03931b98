using Stillwatch.Campaigns.Ties;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>A way in which a stream is made harder for detection. Labels choose whom it is done to; detection never sees them.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Group">The part of the grid that it belongs to.</param>
internal sealed record Variant(string Name, string Group)
{
    private static readonly double[] AttackShares = [0.5, 0.25, 0.1, 0.05];
    private static readonly int[] Slownesses = [2, 4];

    /// <summary>Families of links that tie nobody: neither distillers nor honest accounts.</summary>
    public IReadOnlyList<LinkFamily> Hidden { get; init; } = [];

    /// <summary>
    /// The share of a distiller's traffic that is the attack; the rest is honest individuals' traffic under its name. 1 leaves it as it is.
    /// </summary>
    public double Attack { get; init; } = 1;

    /// <summary>Only every so-manieth exchange of distillers takes place: the campaign is that much slower.</summary>
    public int Slower { get; init; } = 1;

    /// <summary>Whether what is asked changes places: distillers ask what individuals ask, and individuals what distillers ask.</summary>
    public bool Crossed { get; init; }

    /// <summary>The share of honest accounts that are there.</summary>
    public double Honest { get; init; } = 1;

    /// <summary>The seed of all that is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The whole grid: families hidden one and two at a time, diluted, slowed, crossed over, drawn anew.</summary>
    public static IReadOnlyList<Variant> Grid(int draws)
    {
        var families = Enum.GetValues<LinkFamily>();
        return
        [
            new("as it is", "as it is"),
            .. families.Select(family => new Variant($"no {Say(family)}", "one family hidden") { Hidden = [family] }),
            .. families.SelectMany(first =>
                families
                    .Where(second => second > first)
                    .Select(second => new Variant($"no {Say(first)}, no {Say(second)}", "two families hidden") { Hidden = [first, second] })
            ),
            .. AttackShares.Select(share => new Variant($"{share:P0} attack", "diluted") { Attack = share }),
            .. Slownesses.Select(times => new Variant($"{times} times slower", "slowed") { Slower = times }),
            new("content crossed over", "crossed") { Crossed = true },
            .. Enumerable
                .Range(1, draws)
                .Select(seed => new Variant($"eight of ten honest accounts, draw {seed}", "drawn anew")
                {
                    Honest = 0.8,
                    Seed = (ulong)seed,
                }),
        ];
    }

    private static string Say(LinkFamily family) => family.ToString().ToLowerInvariant();
}
