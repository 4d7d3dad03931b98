using Stillwatch.Exchanges;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// One job over a pile of documents, one after another, at temperature 0: every night, every week or once. The template never changes, the
/// documents never repeat.
/// </summary>
internal sealed class BatchPipeline : Role
{
    private static readonly byte[] Programs =
    [
        ClientProgram.Number("openai-python"),
        ClientProgram.Number("python-requests"),
        ClientProgram.Number("aiohttp"),
        ClientProgram.Number("litellm"),
        ClientProgram.Number("go-openai"),
        ClientProgram.Number("anthropic-ts"),
    ];

    /// <inheritdoc/>
    public override string Name => "batch-pipeline";

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
                    Created = world.SignUp(chance, 0.15),
                    Country = Networks.Country(chance),
                    EmailDomain = chance.Is(0.8) ? Provider.OwnMail(own) : Provider.FreeMail(chance),
                    Organisation = $"org-{own & 0xFFFFFF:x}",
                    Payment = Provider.Card(own),
                    Verified = chance.Is(0.4),
                    Place = chance.NextDouble() switch
                    {
                        < 0.6 => Place.Server,
                        < 0.9 => Place.SharedCloud,
                        _ => Place.Home,
                    },
                    Program = chance.Pick(Programs),
                    Rate = (float)Math.Clamp(chance.LogNormal(1.6, 1.1), 0.7, 150),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        var bits = chance.Bits();
        chance.Begin(Chance.Seed(account.Seed, 4));
        var (every, hour, jobs) = (chance.Pick<int>([1, 1, 7, 7, 30]), chance.NextDouble() * 24, chance.Next(1, 4));
        chance.Begin(bits);
        if (day % every != (long)(account.Seed % (ulong)every))
        {
            return;
        }

        var job = (ushort)(day / every % jobs);
        var at = day * Provider.Day + (long)(hour * Provider.Hour) / 1000 * 1000;
        var pace = 0.3 + 4 * chance.NextDouble(); // seconds from one document to the next
        for (var left = chance.Poisson(account.Rate * every); left > 0; left--)
        {
            if (at >= account.Created && at < world.End)
            {
                into.Add(new Act(at, account.Number, chance.Bits(), 0, job));
            }

            at += (long)(pace * 1000 * -Math.Log(1 - chance.NextDouble())) * 1000 + 1000;
        }
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        var service = ServiceTraits.Of(account, letter.Chance);
        letter.Model = world.Model(account, act.Micros);
        (letter.Temperature, letter.MaxTokens) = (0, service.MaxTokens);
        if (service.Form % 3 == 0)
        {
            letter.Chance.Begin(account.Seed);
            letter.With.Begin(Lexicon.English, Lexicon.English.Domains[service.Domain]);
            letter.Say();
            letter.With.Write("system", letter.Text);
            letter.End(TextRole.System);
        }

        letter.Say().Add(Jobs.All[(service.Form + act.Kind * 5) % Jobs.All.Count]);
        letter.Chance.Begin(act.Seed);
        letter.With.Begin(Lexicon.English, Lexicon.English.Domains[service.Domain]);
        letter.With.Prose((int)Math.Clamp(letter.Chance.LogNormal(6.8, 0.7), 60, 8_000), letter.Text);
        letter.End(TextRole.User);
        // short answers, as in the Azure 2023 code trace
        letter.OutputTokens = (int)Math.Clamp(letter.Chance.LogNormal(2.79, 0.85), 1, 400);
        letter.AnswerSeed = letter.Chance.Bits();
    }
}
