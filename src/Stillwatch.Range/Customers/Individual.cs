using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// Somebody with an account of their own: narrow interests, follow-ups, corrections, repeats, sleep. One in eight pays nothing; one in
/// twenty shares a card at home.
/// </summary>
internal sealed class Individual : Role
{
    /// <inheritdoc/>
    public override string Name => "individual";

    /// <inheritdoc/>
    public override string Label => "individual";

    /// <inheritdoc/>
    public override void Settle(Provider world, int accounts, ulong seed, Chance chance)
    {
        for (var i = 0; i < accounts; i++)
        {
            var own = Chance.Seed(seed, (ulong)i);
            chance.Begin(own);
            var country = Networks.Country(chance);
            var family = chance.Is(0.05) ? Chance.Seed(seed, (ulong)(i / 3) + 1_000_000_007) : 0;
            world.Add(
                this,
                own,
                new Settling
                {
                    Created = world.SignUp(chance),
                    Country = country,
                    EmailDomain = chance.Is(0.85) ? Provider.FreeMail(chance) : Provider.OwnMail(own),
                    Payment =
                        family != 0 ? Provider.Card(family)
                        : chance.Is(0.12) ? null
                        : Provider.Card(own),
                    Verified = chance.Is(0.1),
                    Place = People.Network(chance),
                    Program = People.Program(chance),
                    Language = Persona.Language(country, chance),
                    Rate = People.Rate(chance),
                }
            );
        }
    }

    /// <inheritdoc/>
    public override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into) =>
        People.Plan(world, account, day, chance, into);

    /// <inheritdoc/>
    public override void Write(Provider world, Account account, in Act act, Letter letter) => People.Write(world, account, act, letter);
}
