using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>
/// The one that learns. It goes about it in several ways at once, sees which accounts are stopped and what an answer cost in each way, and
/// every few days gives up the dearest ways for variations of the cheapest: an evolution strategy in the field. An informed one has the
/// provider's source, calibration and thresholds, and searches against them in rehearsals that cost it nothing before it opens its first
/// account.
/// </summary>
internal sealed class Adaptive : Adversary
{
    private const int Ways = 6;
    private const long Review = 2 * Provider.Day;

    private readonly Chance _chance = new();
    private readonly List<(double Day, double Cost, string Way)> _steps = [];
    private IReadOnlyList<Tactics> _known = [];
    private long _reviewed;

    /// <inheritdoc/>
    public override string Name => "adaptive";

    /// <inheritdoc/>
    public override string Goal => "The cheapest way to a million useful answers, whatever it takes.";

    /// <inheritdoc/>
    public override string Knowledge => "Which of its accounts are stopped; where it is informed, the source and the thresholds too.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } = new() { AccountsOnPool = 20, SetUpHours = 80 };

    /// <inheritdoc/>
    public override bool IsForeseen => false;

    /// <summary>What the cheapest way cost at each review, in dollars an answer, and which it was.</summary>
    public IReadOnlyList<(double Day, double Cost, string Way)> Steps => _steps;

    /// <summary>Searches in rehearsals, before it enters: the cheapest ways that were found, the best first.</summary>
    /// <param name="costOf">What an answer would cost by a way, all of it against the provider's own defence.</param>
    /// <param name="seed">The seed of the search.</param>
    /// <param name="generations">How long.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    public void Rehearse(Func<Tactics, int, double> costOf, ulong seed, int generations, IProgress<double>? progress)
    {
        var chance = new Chance().Begin(Chance.Seed(seed, 0x4e4));
        List<(Tactics Way, double Cost)> ways = [];
        for (var generation = 0; generation < generations; generation++)
        {
            var fresh = Enumerable
                .Range(0, Ways)
                .Select(i => ways.Count == 0 ? Levers.Draw(Tactics, chance) : Levers.Vary(ways[i % Math.Min(3, ways.Count)].Way, chance))
                .ToList();
            ways =
            [
                .. ways.Concat(fresh.Select((way, i) => (way, costOf(way, generation * Ways + i)))).OrderBy(way => way.Item2).Take(Ways),
            ];
            progress?.Report((generation + 1.0) / generations);
        }

        _known = [.. ways.Take(Ways / 2).Select(way => way.Way)];
    }

    /// <inheritdoc/>
    protected override void Enter(Provider world)
    {
        _chance.Begin(Chance.Seed(Seed, 0xada));
        _reviewed = Aim.From;
        for (var i = 0; i < Ways; i++)
        {
            var way = _known.Count > 0 ? _known[i % _known.Count] : Levers.Draw(Tactics, _chance);
            Recruit(world, Begin(way), Math.Max(1, Aim.Accounts / Ways), Aim.From);
        }
    }

    /// <inheritdoc/>
    protected override void Decide(Provider world, long hour)
    {
        var open = Cohorts.TakeLast(Ways).ToList();
        foreach (var cohort in Cohorts)
        {
            Forget(cohort);
        }

        if (hour - _reviewed < Review)
        {
            return;
        }

        _reviewed = hour;
        var ranked = open.OrderBy(cohort => cohort.CostOfAnswer).ToList();
        _steps.Add(((hour - Aim.From) / (double)Provider.Day, ranked[0].CostOfAnswer, Levers.Says(ranked[0].Tactics)));
        var best = ranked.Take(Ways / 3).Select(cohort => cohort.Tactics).ToList();
        foreach (var cohort in Cohorts)
        {
            // the accounts of given-up ways are left; those of the best ones are begun anew, so that a way's own cost is known
            cohort.Live.Clear();
        }

        var each = Math.Max(1, Aim.Accounts / Ways);
        for (var i = 0; i < Ways; i++)
        {
            Recruit(world, Begin(i < Ways / 2 ? best[i % best.Count] : Levers.Vary(best[i % best.Count], _chance)), each, hour);
        }
    }
}
