using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Range.Adversaries;
using Stillwatch.Range.Scenarios;
using Stillwatch.Range.World;
using Stillwatch.Signals;

namespace Stillwatch.Range.Runs;

/// <summary>
/// What an informed adversary does at home: it runs the provider's own watch, with its calibration and thresholds, over customers that it
/// makes up and a way that it considers.
/// </summary>
/// <param name="customers">The customers that it makes up.</param>
/// <param name="calibration">The provider's calibration.</param>
/// <param name="rules">The provider's rules.</param>
/// <param name="seed">Its own seed: it does not know the world's.</param>
internal sealed class Rehearsal(Scenario customers, Calibration calibration, WatchRules rules, ulong seed)
{
    private const int Days = 10,
        Accounts = 24;

    /// <summary>What an answer would cost by <paramref name="way"/>, in dollars.</summary>
    public double CostOf(Tactics way, int number)
    {
        var scenario = customers with { Days = Days, Campaigns = [], Contain = true };
        var stage = Stage.Set(scenario, Chance.Seed(seed, (ulong)number), 0.25);
        var one = new OneWay(way);
        one.Enter(
            stage.World,
            new CampaignPlan("rehearsal", Accounts, long.MaxValue, stage.World.Start + Provider.Day, stage.World.End, 0, Informed: false),
            Chance.Seed(seed, (ulong)number + 1_000_000)
        );
        FeaturesRun.Run(scenario, new Stage(stage.World, [one]), new Watch(calibration, rules));
        return one.Cohorts[0].CostOfAnswer;
    }

    /// <summary>A campaign that goes about it in one way.</summary>
    private sealed class OneWay(Tactics way) : Adversary
    {
        public override string Name => "rehearsal";

        public override string Goal => "To know what a way costs.";

        public override string Knowledge => "All.";

        public override Tactics Tactics => way;
    }
}
