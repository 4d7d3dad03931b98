using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>A few colleagues behind one address, on one card, made in one afternoon: what a hydra looks like from outside.</summary>
internal sealed class Office : Role
{
    /// <inheritdoc/>
    public override string Name => "office";

    /// <inheritdoc/>
    public override string Label => "individual";

    /// <inheritdoc/>
    public override void Settle(Provider world, int accounts, ulong seed, Chance chance)
    {
        var made = 0;
        for (var office = 0; made < accounts; office++)
        {
            var group = Chance.Seed(seed, (ulong)office);
            chance.Begin(group);
            var (people, country, created, program) = (
                chance.Next(3, 13),
                Networks.Country(chance),
                world.SignUp(chance, 0.1),
                People.Program(chance)
            );
            for (var i = 0; i < people && made < accounts; i++, made++)
            {
                chance.Begin(Chance.Seed(group, (ulong)i + 1));
                world.Add(
                    this,
                    Chance.Seed(group, (ulong)i + 1),
                    new Settling
                    {
                        Created =
                            created
                            + (long)(Math.Abs(chance.Normal()) * 2 * Provider.Hour)
                            + (chance.Is(0.3) ? chance.Next(200) * Provider.Day : 0),
                        Group = group,
                        Country = country,
                        EmailDomain = Provider.OwnMail(group),
                        Organisation = $"org-{group & 0xFFFFFF:x}",
                        Payment = Provider.Card(group),
                        Verified = chance.Is(0.3),
                        Place = Place.Office,
                        Program = chance.Is(0.6) ? program : People.Program(chance),
                        Language = Persona.Language(country, chance),
                        Rate = People.Rate(chance) * 1.5f,
                    }
                );
            }
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into) =>
        People.Plan(world, account, day, chance, into);

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter) => People.Write(world, account, act, letter);
}
