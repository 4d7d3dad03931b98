using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>How a program asks, whoever it asks for.</summary>
/// <param name="Domain">Its field, by number.</param>
/// <param name="Form">Which of several forms its prompts have.</param>
/// <param name="Temperature">Its temperature; NaN for none.</param>
/// <param name="MaxTokens">The most tokens that it asks for; 0 for none.</param>
/// <param name="Streams">Whether it asks for streams.</param>
/// <param name="NamesUsers">Whether it names its own customers.</param>
internal readonly record struct ServiceTraits(int Domain, int Form, double Temperature, int MaxTokens, bool Streams, bool NamesUsers)
{
    /// <summary>Those of <paramref name="account"/>.</summary>
    public static ServiceTraits Of(Account account, Chance chance)
    {
        chance.Begin(Chance.Seed(account.Seed, 0x5e4));
        return new ServiceTraits(
            chance.Next(Lexicon.English.Domains.Count),
            chance.Next(16),
            chance.NextDouble() switch
            {
                < 0.25 => double.NaN,
                < 0.5 => 0,
                < 0.75 => 0.2,
                _ => 0.7,
            },
            chance.NextDouble() switch
            {
                < 0.3 => 0,
                < 0.6 => 512,
                < 0.85 => 1024,
                _ => 2048,
            },
            chance.Is(0.4),
            chance.Is(0.45)
        );
    }
}
