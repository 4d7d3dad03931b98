using Stillwatch.Range.Customers;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>
/// A reseller of access: most of what its accounts send is its customers' own, honest and human; among it runs a harvest, under the names
/// of users that do not exist.
/// </summary>
internal sealed class Reseller : Adversary
{
    private const int Users = 4_000;

    /// <inheritdoc/>
    public override string Name => "reseller";

    /// <inheritdoc/>
    public override string Goal => "A harvest that is hidden in the traffic of thousands of honest customers of a shadow API.";

    /// <inheritdoc/>
    public override string Knowledge => "That aggregators are wide and honest; it looks like one.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            PerAccountDay = 60,
            Cover = 0.5,
            AccountsOnCard = 40,
            Rhythm = Rhythm.Steady,
            Replaces = true,
        };

    /// <inheritdoc/>
    protected override void Say(Account account, in Act act, Tactics tactics, Letter letter)
    {
        base.Say(account, act, tactics, letter);
        letter.EndUser = $"u{Chance.Seed(Seed, act.Seed) % Users:x}"; // each task under another name
    }

    /// <inheritdoc/>
    protected override void Cover(Provider world, Account account, in Act act, Letter letter)
    {
        var user = Chance.Seed(Seed, act.Seed % Users);
        letter.Chance.Begin(user);
        var language = Persona.Language(Networks.Country(letter.Chance), letter.Chance);
        letter.EndUser = $"u{user % Users:x}";
        letter.Model = world.Model(account, act.Micros);
        letter.Stream = true;
        Talk.Write(Persona.Of(user, language, letter.Chance), act.Seed, act.Turn, letter);
    }
}
