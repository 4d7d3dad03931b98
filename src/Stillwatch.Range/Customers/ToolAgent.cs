using Stillwatch.Exchanges;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// An agent in a loop: one task, then call after call with what the tools said, each request a little longer than the last. Round the clock
/// for some.
/// </summary>
internal sealed class ToolAgent : Role
{
    /// <summary>The tools that agents offer, as the API takes them.</summary>
    public const string Tools =
        """[{"type":"function","function":{"name":"search","description":"Search the web","parameters":{"type":"object","properties":{"query":{"type":"string"}},"required":["query"]}}},{"type":"function","function":{"name":"read_file","description":"Read a file","parameters":{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}}}]""";

    private static readonly byte[] Programs =
    [
        ClientProgram.Number("anthropic-ts"),
        ClientProgram.Number("openai-python"),
        ClientProgram.Number("vercel-ai"),
        ClientProgram.Number("langchain"),
        ClientProgram.Number("litellm"),
    ];

    /// <inheritdoc/>
    public override string Name => "tool-agent";

    /// <inheritdoc/>
    public override string Label => "app";

    /// <inheritdoc/>
    public override void Settle(Provider world, int accounts, ulong seed, Chance chance)
    {
        for (var i = 0; i < accounts; i++)
        {
            var own = Chance.Seed(seed, (ulong)i);
            chance.Begin(own);
            var country = Networks.Country(chance);
            world.Add(
                this,
                own,
                new Settling
                {
                    Created = world.SignUp(chance, 0.4),
                    Country = country,
                    EmailDomain = chance.Is(0.5) ? Provider.OwnMail(own) : Provider.FreeMail(chance),
                    Payment = Provider.Card(own),
                    Verified = chance.Is(0.2),
                    Place = People.Network(chance),
                    Program = chance.Pick(Programs),
                    Rate = (float)Math.Clamp(chance.LogNormal(0.9, 1.3), 0.2, 150),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        const double stepsOfTask = 8;
        foreach (var begins in ServiceDay.Times(account, day, chance))
        {
            if (!chance.Is(1 / stepsOfTask))
            {
                continue;
            }

            var (at, seed) = (begins, chance.Bits());
            for (var step = 0; step == 0 || (step < 24 && chance.Is(1 - 1 / stepsOfTask)); step++)
            {
                if (at >= account.Created && at < world.End)
                {
                    into.Add(new Act(at, account.Number, seed, (ushort)step));
                }

                at += (long)(1500 + 9000 * chance.NextDouble()) * 1000;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        letter.Model = world.Model(account, act.Micros);
        letter.Tools = Tools;
        letter.MaxTokens = 4096;
        letter.Stream = (account.Seed & 1) == 0;
        var persona = Persona.Of(account.Seed, 0, letter.Chance);
        letter
            .Say()
            .Add("You are an agent with tools. Think about what to do, call a tool, look at the result, go on until the task is done.");
        letter.End(TextRole.System);
        letter.Chance.Begin(act.Seed);
        var field = letter.Chance.Is(0.7) ? persona.First : persona.Second;
        letter.With.Begin(Lexicon.English, field, persona.Own, persona.Turned);
        letter.Say();
        letter.With.Write(letter.Chance.Is(0.5) ? "task" : "question", letter.Text);
        letter.End(TextRole.User);
        for (var step = 0; step < act.Turn; step++)
        {
            letter.Chance.Begin(Chance.Seed(act.Seed, (ulong)step));
            letter.With.Begin(Lexicon.English, field);
            letter.Say();
            letter.With.Prose(letter.Chance.Next(40, 200), letter.Text);
            letter.End(TextRole.Assistant);
            letter.Say();
            letter.With.Prose(letter.Chance.Next(80, 900), letter.Text);
            letter.End(TextRole.Tool);
        }

        letter.Chance.Begin(Chance.Seed(act.Seed, (ulong)act.Turn + 500));
        letter.OutputTokens = (int)Math.Clamp(letter.Chance.LogNormal(4.2, 0.9), 10, 2000);
        letter.AnswerSeed = letter.Chance.Bits();
    }
}
