using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// Somebody who measures models: public benchmarks at temperature 0, item after item within hours, the same ones again for the next model
/// and the next week.
/// An honest evaluation with reasoning asks for just what a harvest asks for.
/// </summary>
internal sealed class EvaluationHarness : Role
{
    private static readonly byte[] Programs =
    [
        ClientProgram.Number("lm-eval"),
        ClientProgram.Number("lm-eval"),
        ClientProgram.Number("openai-python"),
        ClientProgram.Number("litellm"),
        ClientProgram.Number("aiohttp"),
    ];

    /// <inheritdoc/>
    public override string Name => "evaluation-harness";

    /// <inheritdoc/>
    public override string Label => "evaluation";

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
                    Created = world.SignUp(chance, 0.2),
                    Country = Networks.Country(chance),
                    EmailDomain = chance.Is(0.7) ? Provider.OwnMail(own) : Provider.FreeMail(chance),
                    Payment = Provider.Card(own),
                    Verified = chance.Is(0.4),
                    Place = chance.NextDouble() switch
                    {
                        < 0.4 => Place.Server,
                        < 0.6 => Place.SharedCloud,
                        < 0.8 => Place.Campus,
                        _ => Place.Home,
                    },
                    Program = chance.Pick(Programs),
                    Rate = (float)Math.Clamp(chance.LogNormal(2.3, 0.9), 2, 250),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        var bits = chance.Bits();
        chance.Begin(Chance.Seed(account.Seed, 5));
        var (every, models, first, benchmarks, spread) = (
            chance.Pick<int>([3, 7, 7, 14]),
            chance.Next(1, 4),
            chance.Next(Benchmarks.Count),
            chance.Next(1, 5),
            chance.Is(0.2)
        );
        chance.Begin(bits);
        var phase = (day + (long)(account.Seed % (ulong)every)) % every;
        var runs = spread ? phase < 3 : phase == 0; // one in five runs over days, because of rate limits
        if (!runs)
        {
            return;
        }

        var benchmark = (first + (int)((day + 1) / every) % benchmarks * 3) % Benchmarks.Count;
        var items = (int)Math.Min(Benchmarks.Items(benchmark), account.Rate * every / models);
        var at = day * Provider.Day + (long)(chance.NextDouble() * 16 * Provider.Hour) / 1000 * 1000;
        var pace = spread ? 20 + 60 * chance.NextDouble() : 0.4 + 3 * chance.NextDouble();
        for (var model = 0; model < models; model++)
        {
            for (var item = spread ? (int)phase * items / 3 : 0; item < (spread ? ((int)phase + 1) * items / 3 : items); item++)
            {
                if (at >= account.Created && at < world.End)
                {
                    into.Add(new Act(at, account.Number, (ulong)item, (ushort)model, (ushort)benchmark));
                }

                at += (long)(pace * 1000 * (0.5 + chance.NextDouble())) * 1000 + 1000;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        Benchmarks.Write(act.Kind, (int)act.Seed, letter);
        letter.Temperature = 0;
        letter.MaxTokens = 512;
        letter.Model = act.Turn switch
        {
            0 => world.Newest(act.Micros),
            1 => world.Newest(act.Micros) + "-mini",
            _ => "frontier-1",
        };
    }
}
