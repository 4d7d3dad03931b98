using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>The space that the adaptive adversary searches: one value of each lever.</summary>
internal static class Levers
{
    private static readonly double[] Paces = [3, 8, 25, 60, 150];
    private static readonly int[] Cards = [0, 1, 5, 20];
    private static readonly int[] Batches = [1, 8, 25];
    private static readonly Place[] Places = [Place.Pool, Place.SharedCloud, Place.Vpn, Place.Residential];
    private static readonly Rhythm[] Rhythms = [Rhythm.Balanced, Rhythm.Steady, Rhythm.Human];
    private static readonly Wrapping[] Wrappings =
    [
        Wrapping.Plain,
        Wrapping.StepByStep,
        Wrapping.Persona,
        Wrapping.RandomTemplate,
        Wrapping.MadeUpHistory,
    ];
    private static readonly double[] Shares = [0.2, 0.6, 1];
    private static readonly double[] Covers = [0, 0, 0.3, 0.6];

    private const int Count = 9;

    /// <summary>Draws all levers.</summary>
    public static Tactics Draw(Tactics way, Chance chance)
    {
        for (var lever = 0; lever < Count; lever++)
        {
            way = Pull(way, lever, chance);
        }

        return way;
    }

    /// <summary>Draws one or two levers anew.</summary>
    public static Tactics Vary(Tactics way, Chance chance)
    {
        way = Pull(way, chance.Next(Count), chance);
        return chance.Is(0.5) ? Pull(way, chance.Next(Count), chance) : way;
    }

    /// <summary>A way in words.</summary>
    public static string Says(Tactics way) =>
        $"{way.PerAccountDay:0.#} a day an account, {(way.AccountsOnCard == 0 ? "free trials" : $"{way.AccountsOnCard} on a card")}, "
        + $"made {way.SignUpBatch} at a time, {way.Place}, {(way.MimicsClients ? "customers' programs" : "its own program")}, "
        + $"{way.Rhythm}, {way.Wrapping} {way.Wrapped:P0}, cover {way.Cover:P0}";

    private static Tactics Pull(Tactics way, int lever, Chance chance) =>
        lever switch
        {
            0 => way with { PerAccountDay = chance.Pick(Paces) },
            1 => way with { AccountsOnCard = chance.Pick(Cards) },
            2 => way with { SignUpBatch = chance.Pick(Batches) },
            3 => way with { Place = chance.Pick(Places) },
            4 => way with { MimicsClients = chance.Is(0.5) },
            5 => way with { Rhythm = chance.Pick(Rhythms) },
            6 => way with { Wrapping = chance.Pick(Wrappings) },
            7 => way with { Wrapped = chance.Pick(Shares) },
            _ => way with { Cover = chance.Pick(Covers) },
        };
}
