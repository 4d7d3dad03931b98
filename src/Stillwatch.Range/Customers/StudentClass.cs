using Stillwatch.Exchanges;
using Stillwatch.Range.Arrivals;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// A class: two dozen accounts that sign up in the same week from one university, and ask the same homework, many word for word, on the
/// days before it is due.
/// </summary>
internal sealed class StudentClass : Role
{
    private const int Homework = 1; // the kind of an act; the rest are conversations
    private const int Sheet = 14; // questions of a week

    /// <inheritdoc/>
    public override string Name => "student";

    /// <inheritdoc/>
    public override string Label => "individual";

    /// <inheritdoc/>
    public override void Settle(Provider world, int accounts, ulong seed, Chance chance)
    {
        var made = 0;
        for (var one = 0; made < accounts; one++)
        {
            var group = Chance.Seed(seed, (ulong)one);
            chance.Begin(group);
            var (people, country, created) = (chance.Next(12, 36), Networks.Country(chance), world.SignUp(chance, 0.4));
            for (var i = 0; i < people && made < accounts; i++, made++)
            {
                var own = Chance.Seed(group, (ulong)i + 1);
                chance.Begin(own);
                world.Add(
                    this,
                    own,
                    new Settling
                    {
                        Created = created + (long)(chance.NextDouble() * (chance.Is(0.5) ? 2 : 100) * Provider.Hour),
                        Group = group,
                        Country = country,
                        EmailDomain = Provider.OwnMail(group),
                        Payment = chance.Is(0.7) ? null : Provider.Card(own),
                        Verified = true,
                        Place = chance.Is(0.6) ? Place.Campus : Place.Carrier,
                        Program = People.Program(chance),
                        Language = 0,
                        Rate = People.Rate(chance),
                    }
                );
            }
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        var due = (long)(account.Group % 7);
        if ((day + 1) % 7 == due || day % 7 == due)
        {
            var week = (ulong)((day + 1) / 7);
            var at = PeopleArrivals.Begin(day, PeopleArrivals.Wakes(chance, account.Country), chance.Is(0.7), chance);
            for (var i = 0; i < Sheet; i++)
            {
                if (chance.Is(0.4) && at >= account.Created && at < world.End)
                {
                    into.Add(new Act(at, account.Number, Chance.Seed(Chance.Seed(account.Group, week), (ulong)i), 0, Homework));
                    at += PeopleArrivals.Gap(chance);
                }
            }
        }

        People.Plan(world, account, day, chance, into);
    }

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        if (act.Kind != Homework)
        {
            People.Write(world, account, act, letter);
            return;
        }

        var copies = (Chance.Seed(account.Seed, act.Seed) & 3) != 0; // three of four copy the question as it stands
        letter.Chance.Begin(account.Group);
        var field = letter.Chance.Pick(Lexicon.English.Domains);
        letter.Chance.Begin(act.Seed);
        letter.With.Begin(Lexicon.English, field);
        letter.Say();
        if (!copies)
        {
            letter.Text.Add("question from my homework: "u8);
        }

        SeedTasks.Write(letter.With, letter.Text, letter.Aside, letter.Answer);
        letter.End(TextRole.User);
        letter.Chance.Begin(Chance.Seed(account.Seed, act.Seed));
        letter.OutputTokens = (int)Math.Clamp(letter.Chance.LogNormal(5.2, 0.7), 10, 3000);
        letter.AnswerSeed = letter.Chance.Bits();
        letter.Stream = letter.Chance.Is(0.7);
        letter.Model = world.Model(account, act.Micros);
    }
}
