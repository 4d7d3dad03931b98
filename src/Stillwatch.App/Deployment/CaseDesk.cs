using System.Globalization;
using Microsoft.Extensions.Logging;
using Stillwatch.App.Operation;
using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Engine.Watching;
using Stillwatch.Gateway;
using Stillwatch.Signals;

namespace Stillwatch.App.Deployment;

/// <summary>
/// Where signals become cases and proposals: it opens a case for each flagged campaign, weighs hypotheses by what the campaign is taken
/// for,
/// has the policy's rules propose measures, and brings replacements under those that take them. It decides nothing that people must.
/// </summary>
internal sealed class CaseDesk : IDisposable
{
    private const int Patience = 20; // times as long as the watch was asked

    private static readonly TimeSpan LeastRest = TimeSpan.FromMilliseconds(200),
        Round = TimeSpan.FromMinutes(1),
        Rest = TimeSpan.FromSeconds(5);

    private static readonly (Verdict Verdict, Hypothesis Hypothesis)[] Weighed =
    [
        (Verdict.Lab, Hypothesis.Lab),
        (Verdict.Reseller, Hypothesis.Reseller),
        (Verdict.Evaluation, Hypothesis.Evaluation),
        (Verdict.HonestBulk, Hypothesis.ContractWork),
    ];

    private readonly DecisionStore _decisions;
    private readonly SignalLog _signals;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _due = new(1, 1);
    private readonly Dictionary<CampaignId, Assessment> _weighed = [];
    private Task? _following,
        _working;
    private bool _failing;

    /// <summary>Prepares it.</summary>
    public CaseDesk(DecisionStore decisions, SignalLog signals, TimeProvider clock, ILogger log)
    {
        (_decisions, _signals, _clock, _log) = (decisions, signals, clock, log);
        decisions.Stands += decided =>
        {
            if (decided.What is Decision.PolicyApproved or Decision.AppealAnswered or Decision.CaseReopened)
            {
                Look();
            }
        };
    }

    /// <summary>The flagged campaigns as they are now, with a few sentences on those that are asked for.</summary>
    public required Func<Func<CampaignId, bool>, Task<IReadOnlyList<FlaggedCampaign>>> Flagged { private get; init; }

    /// <summary>Follows the id of a campaign to that of today; null where it was never given.</summary>
    public required Func<CampaignId, Task<CampaignId?>> Follow { private get; init; }

    /// <summary>Starts it.</summary>
    public void Start()
    {
        _following = Task.Run(FollowAsync);
        _working = Task.Run(WorkAsync);
    }

    /// <summary>Has it look again soon.</summary>
    public void Look()
    {
        try
        {
            if (_due.CurrentCount == 0)
            {
                _due.Release();
            }
        }
        catch (Exception fault) when (fault is SemaphoreFullException or ObjectDisposedException)
        {
            // it looks already, or never again
        }
    }

    /// <summary>
    /// Takes what the gateway saw of an account: a case is opened where none of today is about it. It does not wait: the gateway goes on.
    /// </summary>
    public void Take(GatewayAlert alert)
    {
        _log.Alert(alert.Text);
        _ = Task.Run(() =>
        {
            try
            {
                var subject = new Subject(SubjectKind.Account, alert.Account);
                if (_decisions.Standing.Cases.Values.FirstOrDefault(one => one.IsOpen && one.Subjects.Contains(subject)) is { } known)
                {
                    _decisions.Decide(Actors.Watch, alert.Kind, new Decision.CaseNoted(known.Id, alert.Text));
                    return;
                }

                var title = $"{alert.Account}: {alert.Kind.Replace('_', ' ')}";
                _decisions.Decide(
                    Actors.Watch,
                    alert.Text,
                    new Decision.CaseOpened(CaseId.Of(DecisionStore.Chance()), title.Length <= 200 ? title : title[..200], [subject])
                );
            }
            catch (DecisionRefusedException refused)
            {
                _log.StepFails("cases", refused.Message); // it is in the log, and in the metrics
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var task in new[] { _following, _working })
        {
            try
            {
                task?.Wait();
            }
            catch (AggregateException)
            {
                // it was told to stop
            }
        }

        _stop.Dispose();
        _due.Dispose();
    }

    private async Task FollowAsync()
    {
        await foreach (var signal in _signals.FollowAsync(null, true, _stop.Token))
        {
            if (
                signal.Kind
                is SignalKind.CampaignFlagged
                    or SignalKind.CampaignGrew
                    or SignalKind.CampaignMerged
                    or SignalKind.CampaignDivided
                    or SignalKind.VerdictChanged
                    or SignalKind.AccountFlagged
            )
            {
                Look();
            }
        }
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _due.WaitAsync(Round, _stop.Token); // also now and then: measures end by themselves
            try
            {
                var known = _decisions.Standing.Cases.Values.SelectMany(one => one.Campaigns).ToHashSet();
                var began = _clock.GetTimestamp();
                var flagged = await Flagged(id => !known.Contains(id));
                var asked = _clock.GetElapsedTime(began);
                string? refused = null;
                foreach (var campaign in flagged.OrderBy(campaign => campaign.FlaggedAt))
                {
                    try
                    {
                        await TakeAsync(campaign);
                    }
                    catch (DecisionRefusedException fault)
                    {
                        refused = fault.Message; // the next campaign is taken all the same
                    }
                }

                if (refused != null)
                {
                    throw new InvalidOperationException(refused);
                }

                // the watch stands still while it is asked: it is left alone for a good deal longer than that
                await Task.Delay(asked * Patience > LeastRest ? asked * Patience : LeastRest, _clock, _stop.Token);

                if (_failing)
                {
                    _failing = false;
                    _log.StepWorks("cases");
                }
            }
            catch (Exception fault) when (fault is not OutOfMemoryException and not OperationCanceledException)
            {
                if (!_failing)
                {
                    _failing = true;
                    _log.StepFails("cases", fault.Message);
                }

                await Task.Delay(Rest, _clock, _stop.Token);
                Look();
            }
        }
    }

    private async Task TakeAsync(FlaggedCampaign campaign)
    {
        var about = await CaseOfAsync(campaign);
        if (about != null && campaign.Assessment is { } assessment && _decisions.Standing.Cases[about.Value].IsOpen)
        {
            Weigh(about.Value, campaign.Facts.Id, assessment);
        }

        var policy = _decisions.Standing.Policy;
        foreach (var rule in policy.Rules)
        {
            var choice = Ladder.Choose(
                policy,
                rule,
                Unspared(campaign.Facts),
                _decisions.Now(),
                MeasureId.Of(DecisionStore.Chance()),
                about
            );
            if (choice != null)
            {
                await ProposeAsync(rule, campaign.Facts.Id, choice);
            }
        }

        await ReachAsync(campaign.Facts);
    }

    /// <summary>
    /// Brings accounts that are tied to a campaign by now under its measures that take replacements: a person's measure takes all of them,
    /// a
    /// rule's those that the rule is for, also where the policy has another version of it since.
    /// </summary>
    private async Task ReachAsync(CampaignFacts facts)
    {
        var now = _decisions.Now();
        var unspared = Unspared(facts);
        foreach (
            var standing in _decisions
                .Standing.Measures.Values.Where(one =>
                    one.Measure.TakesReplacements && one.Measure.Until > now && one.State is (MeasureState.Proposed or MeasureState.Decided)
                )
                .ToList()
        )
        {
            var rule = standing.Measure.Rule is { } name ? _decisions.Standing.RuleOf(name) : null;
            var fresh = unspared
                .Accounts.Where(account => rule == null || Ladder.Touches(rule, account))
                .Select(account => account.Name)
                .Except(standing.Accounts, StringComparer.Ordinal)
                .ToList();
            if (fresh.Count > 0 && await IsOfAsync(standing.Measure, facts.Id))
            {
                _decisions.Decide(
                    Actors.Watch,
                    $"they are tied to {facts.Id} by now",
                    new Decision.MeasureReached(standing.Measure.Id, fresh)
                );
            }
        }
    }

    /// <summary>The case that follows a campaign; it is opened where there is none and the policy wants one.</summary>
    private async Task<CaseId?> CaseOfAsync(FlaggedCampaign campaign)
    {
        var standing = _decisions.Standing;
        var id = campaign.Facts.Id;
        if (standing.Cases.Values.FirstOrDefault(one => one.MergedInto == null && one.Campaigns.Contains(id)) is { } known)
        {
            return known.Id;
        }

        // a campaign that was merged into this one has a case: that goes on, with its work
        foreach (var one in standing.Cases.Values.Where(one => one.MergedInto == null).OrderBy(one => one.OpenedAt))
        {
            foreach (var followed in one.Campaigns)
            {
                if (await Follow(followed) == id)
                {
                    _decisions.Decide(Actors.Watch, "", new Decision.CaseFollowed(one.Id, id, $"its campaign {followed} goes on in {id}"));
                    return one.Id;
                }
            }
        }

        if (!standing.Policy.OpensCases)
        {
            return null;
        }

        var fresh = CaseId.Of(DecisionStore.Chance());
        var accounts = campaign.Facts.Accounts.Select(account => new Subject(SubjectKind.Account, account.Name));
        _decisions.Decide(
            Actors.Watch,
            campaign.Brief.Length <= Decided.MostText ? campaign.Brief : campaign.Brief[..Decided.MostText],
            new Decision.CaseOpened(
                fresh,
                $"Campaign {id}: {campaign.Facts.Accounts.Count.ToString("N0", CultureInfo.InvariantCulture)} accounts",
                [new Subject(SubjectKind.Campaign, id.ToString()), .. accounts],
                id
            )
        );
        return fresh;
    }

    /// <summary>
    /// Weighs hypotheses by the lines of the verdict: likelihood ratios in bits, taken together with equal odds before. Whether a key was
    /// stolen no line speaks about: people say that.
    /// </summary>
    private void Weigh(CaseId about, CampaignId id, Assessment assessment)
    {
        if (_weighed.TryGetValue(id, out var last) && ReferenceEquals(last, assessment))
        {
            return;
        }

        _weighed[id] = assessment;
        var bits = Weighed.ToDictionary(
            one => one.Hypothesis,
            one => assessment.Arguments.Where(argument => argument.For == one.Verdict).Sum(argument => argument.Bits)
        );
        var most = bits.Values.Max();
        var all = bits.Values.Sum(one => Math.Pow(2, one - most));
        var hypotheses = _decisions.Standing.Cases[about].Hypotheses;
        List<Decision> weighed = [];
        foreach (var (verdict, hypothesis) in Weighed)
        {
            // the lines are judgements: nobody is told that anything is certain by them
            var probability = Math.Round(Math.Clamp(Math.Pow(2, bits[hypothesis] - most) / all, 0.01, 0.99), 3);
            var byPerson = hypotheses.TryGetValue(hypothesis, out var before) && before.By != Actors.Watch; // who looked knows better
            if (byPerson || before != null && Math.Abs(before.Probability - probability) < 0.05)
            {
                continue;
            }

            weighed.Add(
                new Decision.HypothesisWeighed(
                    about,
                    hypothesis,
                    probability,
                    [.. assessment.Arguments.Where(one => one.For == verdict && one.Bits > 0).Select(one => one.Text)],
                    [.. assessment.Arguments.Where(one => one.For == verdict && one.Bits < 0).Select(one => one.Text)]
                )
            );
        }

        if (weighed.Count > 0)
        {
            _decisions.Decide(Actors.Watch, "by the lines of the verdict, with equal odds before", weighed);
        }
    }

    private async Task ProposeAsync(Rule rule, CampaignId id, LadderChoice choice)
    {
        var now = _decisions.Now();
        var measure = choice.Measure;
        var before = _decisions
            .Standing.Measures.Values.Where(one => one.Measure.Rule == rule.Name && one.Measure.IsShadow == measure.IsShadow)
            .ToList();
        if (rule.EndUsersOnly)
        {
            // each end user is proposed once: what people said of one stands, and the record does not repeat the others
            var known = before.SelectMany(one => one.Measure.Subjects).ToHashSet();
            measure = measure with { Subjects = [.. measure.Subjects.Where(user => !known.Contains(user)).Take(Measure.MostSubjects)] };
            if (measure.Subjects.Count > 0)
            {
                _decisions.Decide(Actors.OfRule(rule.Name), "", new Decision.MeasureProposed(measure, []));
            }

            return;
        }

        foreach (var standing in before)
        {
            // one that is in force goes on; where a person said no to this version of the rule for this campaign, that stands
            if (
                (standing.State is MeasureState.Rejected or MeasureState.Undone || standing.Measure.Until > now)
                && await IsOfAsync(standing.Measure, id)
            )
            {
                return;
            }
        }

        _decisions.Decide(Actors.OfRule(rule.Name), "", new Decision.MeasureProposed(measure, choice.Accounts));
    }

    /// <summary>Whether a measure is about a campaign, by the id of today or an earlier one.</summary>
    private async Task<bool> IsOfAsync(Measure measure, CampaignId id)
    {
        foreach (var subject in measure.Subjects.Where(subject => subject.Kind == SubjectKind.Campaign))
        {
            if (CampaignId.TryParse(subject.Name, out var named) && (named == id || await Follow(named) == id))
            {
                return true;
            }
        }

        return false;
    }

    private CampaignFacts Unspared(CampaignFacts facts)
    {
        var spared = _decisions.Standing.Spared();
        return facts with { Accounts = [.. facts.Accounts.Where(account => !spared.Contains(account.Name))] };
    }
}
