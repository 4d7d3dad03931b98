using Stillwatch.Range.Adversaries;
using Stillwatch.Range.Customers;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Scenarios;

/// <summary>A scenario made into a world, with everybody in it.</summary>
/// <param name="World">The world.</param>
/// <param name="Adversaries">Its adversaries, in the scenario's order.</param>
internal sealed record Stage(Provider World, IReadOnlyList<Adversary> Adversaries)
{
    /// <summary>
    /// Whether all accounts are known before it begins, so that acts can be planned while earlier ones are still written.
    /// </summary>
    public bool IsForeseen => Adversaries.All(adversary => adversary.IsForeseen);

    /// <summary>Sets it.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">The same seed sets the same stage.</param>
    /// <param name="scale">The share of all numbers.</param>
    /// <param name="ready">Told each adversary with its plan, before it enters.</param>
    public static Stage Set(Scenario scenario, ulong seed, double scale, Action<Adversary, CampaignPlan>? ready = null)
    {
        var start = new DateTimeOffset(scenario.Start.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds() * 1_000_000;
        var world = new Provider(Chance.Seed(seed, 0x3041d), start, scenario.Days);
        foreach (var (day, model) in scenario.Releases.OrderBy(release => release.Day))
        {
            world.Release(start + (long)(day * 24) * Provider.Hour, model);
        }

        var chance = new Chance();
        for (var i = 0; i < scenario.Customers.Count; i++)
        {
            var (role, accounts) = scenario.Customers[i];
            Roles.All[role].Settle(world, (int)Math.Round(accounts * scale), Chance.Seed(Chance.Seed(seed, 0xc057), (ulong)i), chance);
        }

        List<Adversary> adversaries = [];
        for (var i = 0; i < scenario.Campaigns.Count; i++)
        {
            var part = scenario.Campaigns[i];
            var adversary = AllAdversaries.Create(part.Kind)!;
            var from = start + (long)(part.FromDay * 24) * Provider.Hour;
            var plan = new CampaignPlan(
                part.Name,
                Math.Max(1, (int)Math.Round(part.Accounts * (part.Accounts > 1 ? scale : 1))),
                (long)Math.Max(1, part.Exchanges * scale),
                from,
                Math.Min(world.End, from + (long)(part.Days * 24) * Provider.Hour),
                (decimal)(part.Budget * scale),
                part.Informed
            );
            ready?.Invoke(adversary, plan);
            adversary.Enter(world, plan, Chance.Seed(Chance.Seed(seed, 0xadfe), (ulong)i));
            adversaries.Add(adversary);
        }

        return new Stage(world, adversaries);
    }
}
