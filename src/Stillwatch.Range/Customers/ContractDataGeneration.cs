using Stillwatch.Exchanges;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// Training data made under contract: self-instruct prompts and long answers, openly, from a verified account. On the wire it is what a
/// harvest is; only the contract tells them apart.
/// </summary>
internal sealed class ContractDataGeneration : Role
{
    private static readonly string[] Ways =
    [
        "Generate 10 diverse questions that a customer could ask about the {n}, with answers.",
        "Write a realistic conversation between a customer and an agent of {company} about a {a} {n}.",
        "Come up with a set of five exercises on {n} and {n2}, each with a solution.",
        "Create training examples for a classifier: {x} messages about the {n}, half of them complaints.",
    ];

    private static readonly Template[] Forms = [.. Ways.Select(way => new Template(way))];

    /// <inheritdoc/>
    public override string Name => "contract-data-generation";

    /// <inheritdoc/>
    public override string Label => "pipeline";

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
                    Verified = true,
                    Tier = "contract",
                    Place = Place.Server,
                    Program = chance.Is(0.5) ? ClientProgram.Number("openai-python") : ClientProgram.Number("aiohttp"),
                    Rate = (float)Math.Clamp(chance.LogNormal(2.8, 0.9), 5, 200),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        if ((day + (long)(account.Seed % 10)) % 10 >= 4)
        {
            return; // campaigns of a few days, then checking what came
        }

        foreach (var at in ServiceDay.Times(account, day, chance))
        {
            if (at >= account.Created && at < world.End)
            {
                into.Add(new Act(at, account.Number, chance.Bits()));
                into.Add(new Act(Math.Min(at + 700_000, world.End - 1000), account.Number, chance.Bits()));
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        var service = ServiceTraits.Of(account, letter.Chance);
        letter.Model = world.Model(account, act.Micros);
        (letter.Temperature, letter.MaxTokens) = (1, 4096);
        letter.Chance.Begin(act.Seed);
        var domain = letter.Chance.Is(0.5) ? Lexicon.English.Domains[service.Domain] : letter.Chance.Pick(Lexicon.English.Domains);
        letter.With.Begin(Lexicon.English, domain);
        letter.Say();
        Forms[(service.Form + letter.Chance.Next(2)) % Forms.Length].Write(letter.With, letter.Text);
        letter.End(TextRole.User);
        letter.OutputTokens = (int)Math.Clamp(letter.Chance.LogNormal(6.5, 0.4), 100, 4096);
        letter.AnswerSeed = letter.Chance.Bits();
    }
}
