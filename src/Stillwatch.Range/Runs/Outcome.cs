using Stillwatch.Campaigns;
using Stillwatch.Exchanges;
using Stillwatch.Range.Scenarios;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Runs;

/// <summary>What came of a run: what each campaign got, before it was found and after, and whom the watch flagged.</summary>
/// <param name="stage">The world.</param>
/// <param name="watch">The watch.</param>
internal sealed class Outcome(Stage stage, Watch watch)
{
    /// <summary>The delay after a flag with which a second leak is counted: an hour.</summary>
    public const long LateMicros = Provider.Hour;

    private readonly List<int> _numberOf = []; // the watch's number of an account; −1 before its first exchange
    private readonly List<int> _accountOf = []; // the account of a watch's number
    private readonly Dictionary<string, CampaignOutcome> _campaigns = stage.Adversaries.ToDictionary(
        adversary => adversary.Campaign,
        adversary => new CampaignOutcome(adversary),
        StringComparer.Ordinal
    );

    /// <summary>The world.</summary>
    public Stage Stage => stage;

    /// <summary>The watch.</summary>
    public Watch Watch => watch;

    /// <summary>Exchanges that the watch saw.</summary>
    public long Exchanges { get; private set; }

    /// <summary>Exchanges that were refused because their account was stopped.</summary>
    public long Refusals { get; private set; }

    /// <summary>The campaigns, in the scenario's order.</summary>
    public IEnumerable<CampaignOutcome> Campaigns => stage.Adversaries.Select(adversary => _campaigns[adversary.Campaign]);

    /// <summary>Takes an exchange.</summary>
    public void Take(in ObservedAct act)
    {
        watch.Reach(act.Features.At);
        var number = Number(act.Act.Account);
        Exchanges++;
        var account = stage.World.Accounts[act.Act.Account];
        if (account.Campaign != null)
        {
            _campaigns[account.Campaign].Take(act, watch.Accounts[number].FlaggedAt);
        }

        watch.Observe(number, act.Features);
    }

    /// <summary>When an account was flagged; null where it was not.</summary>
    public EventTime? FlaggedAt(int account) =>
        account < _numberOf.Count && _numberOf[account] >= 0 ? watch.Accounts[_numberOf[account]].FlaggedAt : null;

    /// <summary>Counts an exchange that was refused.</summary>
    public void Refused(int account)
    {
        Refusals++;
        if (stage.World.Accounts[account].Campaign is { } campaign)
        {
            _campaigns[campaign].Refused++;
        }
    }

    /// <summary>The account that the watch has under <paramref name="number"/>.</summary>
    public Account Account(int number) => stage.World.Accounts[_accountOf[number]];

    private int Number(int account)
    {
        while (_numberOf.Count <= account)
        {
            _numberOf.Add(-1);
        }

        if (_numberOf[account] < 0)
        {
            _numberOf[account] = _accountOf.Count;
            _accountOf.Add(account);
            watch.Add(FeaturesRun.Facts(stage.World.Accounts[account]));
        }

        return _numberOf[account];
    }
}
