using Stillwatch.Range.Texts;

namespace Stillwatch.Range.Customers;

/// <summary>How somebody asks: in which language, about which few things of their own, how tidily.</summary>
/// <param name="Lexicon">The language.</param>
/// <param name="First">The field that most of it is about.</param>
/// <param name="Second">Another one.</param>
/// <param name="Own">How many nouns of a field are theirs.</param>
/// <param name="Turned">Where those begin.</param>
/// <param name="LowerCase">Whether they leave capitals out.</param>
/// <param name="Typos">The share of messages with a slip.</param>
/// <param name="Polite">The share of messages with a greeting or thanks.</param>
/// <param name="Tasks">The share of requests that are self-contained tasks.</param>
/// <param name="Pastes">The share that brings a text along.</param>
internal readonly record struct Persona(
    Lexicon Lexicon,
    Domain First,
    Domain Second,
    int Own,
    int Turned,
    bool LowerCase,
    double Typos,
    double Polite,
    double Tasks,
    double Pastes
)
{
    /// <summary>Draws one.</summary>
    /// <param name="seed">Of whom.</param>
    /// <param name="language">The language's number.</param>
    /// <param name="chance">Used, and left begun elsewhere.</param>
    public static Persona Of(ulong seed, byte language, Chance chance)
    {
        chance.Begin(Chance.Seed(seed, 0x9e45));
        var lexicon = Lexicon.All[language];
        return new Persona(
            lexicon,
            chance.Pick(lexicon.Domains),
            chance.Pick(lexicon.Domains),
            chance.Next(4, 9),
            chance.Next(16),
            chance.Is(0.4),
            chance.Is(0.4) ? 0.3 * chance.NextDouble() : 0,
            chance.Is(0.5) ? 0.4 * chance.NextDouble() : 0.02,
            0.75 * chance.NextDouble(),
            0.5 * chance.NextDouble()
        );
    }

    /// <summary>A language, English most often.</summary>
    public static byte Language(string country, Chance chance) =>
        country switch
        {
            "DE" => Mostly(1, chance),
            "FR" => Mostly(2, chance),
            "ES" or "MX" or "AR" => Mostly(3, chance),
            "CN" => Mostly(4, chance),
            _ => (byte)(chance.Is(0.96) ? 0 : chance.Next(1, 5)),
        };

    private static byte Mostly(byte language, Chance chance) => chance.Is(0.75) ? language : (byte)0;
}
