using Stillwatch.Exchanges;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// A service with many people behind one account: as wide as a harvest, and a conversation everywhere. Two in three name their users.
/// </summary>
internal sealed class Aggregator : Role
{
    private const int Users = 600;

    private static readonly byte[] Programs =
    [
        ClientProgram.Number("openai-node"),
        ClientProgram.Number("go-openai"),
        ClientProgram.Number("vercel-ai"),
        ClientProgram.Number("litellm"),
    ];

    /// <inheritdoc/>
    public override string Name => "aggregator";

    /// <inheritdoc/>
    public override string Label => "aggregator";

    /// <inheritdoc/>
    public override void Settle(Provider world, int accounts, ulong seed, Chance chance)
    {
        for (var i = 0; i < accounts; i++)
        {
            var own = Chance.Seed(seed, (ulong)i);
            chance.Begin(own);
            world.Add(
                this,
                own,
                new Settling
                {
                    Created = world.SignUp(chance, 0.1),
                    Country = Networks.Country(chance),
                    EmailDomain = Provider.OwnMail(own),
                    Organisation = $"org-{own & 0xFFFFFF:x}",
                    Payment = Provider.Card(own),
                    Verified = chance.Is(0.7),
                    Place = chance.NextDouble() switch
                    {
                        < 0.7 => Place.Server,
                        _ => Place.SharedCloud,
                    },
                    Program = chance.Pick(Programs),
                    Rate = (float)Math.Clamp(chance.LogNormal(3.0, 1.0), 4, 300),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        foreach (var begins in ServiceDay.Times(account, day, chance))
        {
            // Of a turn's seed the low bits are the user: turns of a conversation are counted as its requests, so that the rate is held.
            if (chance.Is(1 / 1.7))
            {
                var user = (ulong)chance.Rank(Users);
                People.Converse(world, account, begins, chance.Bits() / Users * Users + user, chance, into);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        var service = ServiceTraits.Of(account, letter.Chance);
        letter.Model = world.Model(account, act.Micros);
        (letter.Temperature, letter.MaxTokens, letter.Stream) = (service.Temperature, service.MaxTokens, true);
        var user = act.Seed % Users;
        letter.EndUser = service.Form % 3 > 0 ? $"user-{Chance.Seed(account.Seed, user) & 0xFFFFFFFF:x}" : null;
        if (service.Form % 2 == 0)
        {
            letter.Say().Add("You are a helpful assistant.");
            letter.End(TextRole.System);
        }

        var own = Chance.Seed(account.Seed, user);
        letter.Chance.Begin(own);
        Talk.Write(
            Persona.Of(own, Persona.Language(Networks.Country(letter.Chance), letter.Chance), letter.Chance),
            act.Seed,
            act.Turn,
            letter
        );
    }
}
