using Stillwatch.Range.Arrivals;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>What individuals, office workers and students have in common: they sleep, converse, ask again, and stop for days.</summary>
internal static class People
{
    private static readonly byte[] Programs =
    [
        ClientProgram.Number("chat-ui"),
        ClientProgram.Number("chat-ui"),
        ClientProgram.Number("chat-app"),
        ClientProgram.Number("openai-python"),
        ClientProgram.Number("openai-python"),
        ClientProgram.Number("openai-node"),
        ClientProgram.Number("anthropic-python"),
        ClientProgram.Number("curl"),
        ClientProgram.Number("langchain"),
        ClientProgram.Number("litellm"),
    ];

    /// <summary>A person's program.</summary>
    public static byte Program(Chance chance) => chance.Pick(Programs);

    /// <summary>A person's network, when at home.</summary>
    public static Place Network(Chance chance) =>
        chance.NextDouble() switch
        {
            < 0.55 => Place.Home,
            < 0.88 => Place.Carrier,
            < 0.97 => Place.Vpn,
            _ => Place.SharedCloud,
        };

    /// <summary>Exchanges a day of a person: log-normal, many ask a few times a month, few all day.</summary>
    public static float Rate(Chance chance) => (float)Math.Clamp(chance.LogNormal(-1.82, 1.25), 0.02, 40);

    /// <summary>Plans a day.</summary>
    public static void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        var conversations = Conversations(account, day, chance, out var wakes, out var evening);
        for (var i = 0; i < conversations; i++)
        {
            var at = PeopleArrivals.Begin(day, wakes, evening && chance.Is(0.7), chance);
            Converse(world, account, at, chance.Bits(), chance, into);
        }
    }

    /// <summary>Plans a conversation from <paramref name="at"/> on; a question is now and then asked again as it stands.</summary>
    public static void Converse(Provider world, Account account, long at, ulong seed, Chance chance, List<Act> into)
    {
        var turns = Talk.Turns(chance);
        for (var turn = 0; turn < turns; turn++)
        {
            if (at >= account.Created && at < world.End)
            {
                into.Add(new Act(at, account.Number, seed, (ushort)turn));
                if (turn == 0 && chance.Is(0.07))
                {
                    at += PeopleArrivals.Gap(chance) / 2;
                    into.Add(new Act(at, account.Number, seed, 0));
                }
            }

            at += PeopleArrivals.Gap(chance);
        }
    }

    /// <summary>Writes a request of a person.</summary>
    public static void Write(Provider world, Account account, in Act act, Letter letter)
    {
        var persona = Persona.Of(account.Seed, account.Language, letter.Chance);
        letter.Temperature = letter.Chance.NextDouble() switch
        {
            < 0.55 => double.NaN,
            < 0.8 => 0.7,
            < 0.9 => 1,
            _ => 0.2,
        };
        letter.Stream = letter.Chance.Is(0.7);
        letter.MaxTokens = letter.Chance.Is(0.25) ? 1024 : 0;
        letter.Model = world.Model(account, act.Micros);
        Talk.Write(persona, act.Seed, act.Turn, letter);
    }

    private static int Conversations(Account account, long day, Chance chance, out double wakes, out bool evening)
    {
        const double turnsOfConversation = 1.75;
        var bits = chance.Bits();
        chance.Begin(Chance.Seed(account.Seed, 7));
        wakes = PeopleArrivals.Wakes(chance, account.Country);
        evening = chance.Is(0.5);
        var weekend = (day + 4) % 7 is 0 or 6;
        var (onWeekends, daysOn) = (evening ? 1.2 : 0.45, 0.15 + 0.8 * chance.NextDouble());
        chance.Begin(bits);
        return chance.Is(daysOn) ? chance.Poisson(account.Rate / turnsOfConversation / daysOn * (weekend ? onWeekends : 1)) : 0;
    }
}
