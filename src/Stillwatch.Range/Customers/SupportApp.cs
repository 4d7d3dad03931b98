using Stillwatch.Exchanges;
using Stillwatch.Range.Arrivals;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// A company's support bot: one system prompt, its customers' short conversations, by day more than by night. Agencies run several for
/// different companies on one card.
/// </summary>
internal sealed class SupportApp : Role
{
    private static readonly byte[] Programs =
    [
        ClientProgram.Number("openai-node"),
        ClientProgram.Number("openai-python"),
        ClientProgram.Number("vercel-ai"),
        ClientProgram.Number("langchain"),
        ClientProgram.Number("java-okhttp"),
        ClientProgram.Number("go-openai"),
    ];

    /// <inheritdoc/>
    public override string Name => "support-app";

    /// <inheritdoc/>
    public override string Label => "app";

    /// <inheritdoc/>
    public override void Settle(Provider world, int accounts, ulong seed, Chance chance)
    {
        for (var i = 0; i < accounts; i++)
        {
            var own = Chance.Seed(seed, (ulong)i);
            chance.Begin(own);
            var agency = chance.Is(0.15) ? Chance.Seed(seed, (ulong)(i / 8) + 1_000_000_007) : 0;
            var country = Networks.Country(chance);
            world.Add(
                this,
                own,
                new Settling
                {
                    Created = world.SignUp(chance, 0.1),
                    Country = country,
                    EmailDomain = Provider.OwnMail(agency != 0 ? agency : own),
                    Organisation = $"org-{own & 0xFFFFFF:x}",
                    Payment = Provider.Card(agency != 0 ? agency : own),
                    Verified = chance.Is(0.5),
                    Place = chance.NextDouble() switch
                    {
                        < 0.5 => Place.Server,
                        _ => Place.SharedCloud,
                    },
                    Program = chance.Pick(Programs),
                    Language = Persona.Language(country, chance),
                    Rate = (float)Math.Clamp(chance.LogNormal(0.4, 1.2), 0.1, 100),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        var times = ServiceDay.Times(account, day, chance);
        foreach (var begins in times)
        {
            var (at, seed) = (begins, chance.Bits());
            for (var turn = 0; turn == 0 || (turn < 6 && chance.Is(0.4)); turn++)
            {
                if (at >= account.Created && at < world.End)
                {
                    into.Add(new Act(at, account.Number, seed, (ushort)turn));
                }

                at += PeopleArrivals.Gap(chance);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        var service = ServiceTraits.Of(account, letter.Chance);
        letter.Model = world.Model(account, act.Micros);
        (letter.Temperature, letter.MaxTokens, letter.Stream) = (service.Temperature, service.MaxTokens, service.Streams);
        letter.EndUser = service.NamesUsers ? $"u{act.Seed % 100_000:x}" : null;
        letter.Chance.Begin(account.Seed);
        letter.With.Begin(Lexicon.English, Lexicon.English.Domains[service.Domain]);
        letter.Say();
        Lexicon.English.Forms("system")[service.Form % 2].Write(letter.With, letter.Text);
        letter.End(TextRole.System);
        var lexicon = Lexicon.All[account.Language];
        for (var turn = 0; ; turn++)
        {
            letter.Chance.Begin(Chance.Seed(act.Seed, (ulong)turn));
            letter.With.Begin(lexicon, lexicon.Domains[service.Domain % lexicon.Domains.Count], 8, service.Form);
            letter.Say();
            letter.With.Write(
                turn == 0
                    ? account.Language == 0
                        ? "support"
                        : "question"
                    : "followup",
                letter.Text
            );
            letter.End(TextRole.User);
            letter.OutputTokens = (int)Math.Clamp(letter.Chance.LogNormal(4.4, 0.6), 5, 800);
            letter.AnswerSeed = Chance.Seed(act.Seed, (ulong)turn + 1_000);
            if (turn == act.Turn)
            {
                return;
            }

            letter.Say();
            letter.Complete(letter.AnswerSeed, letter.OutputTokens, letter.Text, letter.Begun);
            letter.End(TextRole.Assistant);
        }
    }
}
