using System.Text;
using Stillwatch.Campaigns;
using Stillwatch.Exchanges;
using Stillwatch.Range.Scenarios;
using Stillwatch.Range.World;
using Stillwatch.Sketches;

namespace Stillwatch.Range.Runs;

/// <summary>
/// A scenario through the watch: no log is written, every exchange's features go straight to it. Whoever is flagged is stopped, where the
/// scenario says so, and adversaries see it.
/// </summary>
internal static class FeaturesRun
{
    /// <summary>Runs it.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="stage">The scenario, set.</param>
    /// <param name="watch">A watch that has seen nothing.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    /// <param name="cancel">Tells it to stop.</param>
    public static Outcome Run(
        Scenario scenario,
        Stage stage,
        Watch watch,
        IProgress<double>? progress = null,
        CancellationToken cancel = default
    )
    {
        var world = stage.World;
        var timeline = new Timeline(world, stage.Adversaries);
        var outcome = new Outcome(stage, watch);
        var stops = scenario.Contain ? new Stops(outcome, (long)(scenario.DelayHours * Provider.Hour)) : null;
        Observing.Run(
            timeline.Hours(),
            () => new Scribe(world, timeline.Order),
            (scribe, acts) =>
            {
                var made = new ObservedAct[acts.Count];
                for (var i = 0; i < made.Length; i++)
                {
                    made[i] = scribe.Observe(acts[i]);
                }

                return made;
            },
            lag: stops == null && stage.IsForeseen,
            made =>
            {
                foreach (ref readonly var act in made.AsSpan())
                {
                    if (stops?.Refuses(act.Act) != true)
                    {
                        outcome.Take(act);
                    }
                }
            },
            hour =>
            {
                stops?.Tell(hour + Provider.Hour);
                progress?.Report((hour + Provider.Hour - world.Start) / (double)(world.End - world.Start));
            },
            cancel
        );
        outcome.Watch.CloseTick();
        return outcome;
    }

    /// <summary>What the provider knows of <paramref name="account"/>, as an accounts file's reader takes it.</summary>
    public static AccountFacts Facts(Account account) =>
        new(
            new EventTime(account.Created),
            Fingerprint(account.Payment),
            Fingerprint(account.EmailDomain),
            Fingerprint(account.Organisation),
            Fingerprint(account.Country),
            account.Verified
        );

    private static ulong Fingerprint(string? text) => text == null ? 0 : KeyedHash.ForScan.Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Who is stopped, and since when.</summary>
    private sealed class Stops(Outcome outcome, long delay)
    {
        public bool Refuses(in Act act)
        {
            var flagged = outcome.FlaggedAt(act.Account);
            if (flagged == null || act.Micros < flagged.Value.Micros + delay)
            {
                return false;
            }

            outcome.Refused(act.Account);
            return true;
        }

        /// <summary>Adversaries see which of their accounts are stopped at <paramref name="now"/>.</summary>
        public void Tell(long now)
        {
            foreach (var adversary in outcome.Stage.Adversaries)
            {
                foreach (var account in adversary.Accounts)
                {
                    if (outcome.FlaggedAt(account) is { } at && at.Micros + delay <= now)
                    {
                        adversary.Stopped(account);
                    }
                }
            }
        }
    }
}
