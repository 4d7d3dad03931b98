using Stillwatch.Exchanges;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// Questions over a company's own documents: a constant frame, a few of some hundred documents, questions of which the popular ones come
/// again and again.
/// </summary>
internal sealed class RagApp : Role
{
    private const int Documents = 240,
        Questions = 400;

    private static readonly byte[] Programs =
    [
        ClientProgram.Number("llamaindex"),
        ClientProgram.Number("langchain"),
        ClientProgram.Number("openai-python"),
        ClientProgram.Number("anthropic-python"),
        ClientProgram.Number("aiohttp"),
    ];

    /// <inheritdoc/>
    public override string Name => "rag-app";

    /// <inheritdoc/>
    public override string Label => "app";

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
                    Verified = chance.Is(0.5),
                    Place = chance.NextDouble() switch
                    {
                        < 0.6 => Place.Server,
                        _ => Place.SharedCloud,
                    },
                    Program = chance.Pick(Programs),
                    Rate = (float)Math.Clamp(chance.LogNormal(0.8, 1.2), 0.1, 100),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        foreach (var at in ServiceDay.Times(account, day, chance))
        {
            var popular = chance.Is(0.5);
            var seed = popular ? Chance.Seed(account.Seed, (ulong)chance.Rank(Questions)) : chance.Bits();
            if (at >= account.Created && at < world.End)
            {
                into.Add(new Act(at, account.Number, seed));
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        var service = ServiceTraits.Of(account, letter.Chance);
        var domain = Lexicon.English.Domains[service.Domain];
        letter.Model = world.Model(account, act.Micros);
        (letter.Temperature, letter.MaxTokens, letter.Stream) = (service.Temperature, service.MaxTokens, service.Streams);
        letter.EndUser = service.NamesUsers ? $"u{Chance.Seed(act.Seed, (ulong)act.Micros) % 5_000:x}" : null;
        letter
            .Say()
            .Add("Answer from the documents below. Cite the number of the document. If they do not say, reply \"not in the documents\".");
        letter.End(TextRole.System);
        letter.Say().Add(service.Form % 2 == 0 ? "Documents:\n\n" : "Context information is below.\n---------------------\n");
        letter.Chance.Begin(act.Seed);
        var (first, count) = (letter.Chance.Next(Documents), letter.Chance.Next(2, 6));
        for (var i = 0; i < count; i++)
        {
            letter.Text.Add("["u8).Add(i + 1).Add("] "u8);
            letter.Chance.Begin(Chance.Seed(account.Group, (ulong)((first + i * 7) % Documents)));
            letter.With.Begin(Lexicon.English, domain);
            letter.With.Prose(letter.Chance.Next(200, 1_100), letter.Text);
            letter.Text.Add("\n\n"u8);
        }

        letter.Text.Add(service.Form % 2 == 0 ? "Question: " : "---------------------\nQuery: ");
        letter.Chance.Begin(Chance.Seed(act.Seed, 1));
        letter.With.Begin(Lexicon.English, domain);
        letter.With.Write("question", letter.Text);
        letter.End(TextRole.User);
        letter.OutputTokens = (int)Math.Clamp(letter.Chance.LogNormal(4.6, 0.7), 4, 1500);
        letter.AnswerSeed = letter.Chance.Bits();
    }
}
