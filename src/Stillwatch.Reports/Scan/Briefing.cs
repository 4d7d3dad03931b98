using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Sources;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Logs;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Reports.Scan;

/// <summary>
/// What a scan found or a live watch believes, in the words and order in which it is told: to a file, a terminal and a report alike.
/// </summary>
internal sealed class Briefing
{
    private readonly Lazy<Dictionary<Campaign, List<(int First, int Second, double Bits)>>> _within;
    private readonly Lazy<IReadOnlyList<Blindness>> _blind;
    private readonly Lazy<Aside> _aside;

    public Briefing(Findings found, Watch watch, LogSummary log, Rejections rejections, Calibration calibration, WatchRules rules)
    {
        Found = found;
        Watch = watch;
        Log = log;
        Rejections = rejections;
        Calibration = calibration;
        Rules = rules;
        _within = new(() => Within(watch));
        _blind = new(() => watch.Coverage.Blind(watch.Accounts));
        _aside = new(NotFlagged);
        Campaigns =
        [
            .. watch
                .Candidates.Where(campaign => found.Campaigns[campaign.Id].FlaggedAt != null)
                .OrderBy(c => c.DetectedAt!.Value)
                .ThenBy(c => c.Number),
        ];
    }

    /// <summary>What is believed: the fold of all signals.</summary>
    public Findings Found { get; }

    public Watch Watch { get; }

    public LogSummary Log { get; }

    public Rejections Rejections { get; }

    public Calibration Calibration { get; }

    public WatchRules Rules { get; }

    /// <summary>What a second pass over the log worked out of each; null where there was none.</summary>
    public Dossiers? Dossiers { get; set; }

    /// <summary>Whether traffic goes on: then dossiers are of a while ago.</summary>
    public bool IsLive { get; init; }

    /// <summary>What the logs are called; none where they are a deployment's own.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>What speaks against trusting this, and what was read in a way that its reader should know of, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What it is exactly that the accounts of a campaign share; null where the log was not read again for it.</summary>
    public SharedThings? Shared { get; set; }

    /// <summary>What could not be seen, and by whom.</summary>
    public IReadOnlyList<Blindness> Blind => _blind.Value;

    /// <summary>What was lost, in words, most first; empty where nothing was.</summary>
    public string Lost =>
        string.Join(
            ", ",
            Rejections
                .ByKind.Where(lost => lost.Kind != Stillwatch.Exchanges.RejectionKind.Damaged)
                .OrderByDescending(lost => lost.Exchanges)
                .ThenBy(lost => lost.Kind)
        );

    /// <summary>Flagged campaigns of two and more accounts, in the order in which they were found.</summary>
    public IReadOnlyList<Campaign> Campaigns { get; }

    /// <summary>
    /// Single accounts that are worth a look and not flagged, the highest score first; among them flagged ones that left their campaign.
    /// </summary>
    public IReadOnlyList<WatchedAccount> Leads => _aside.Value.Leads;

    /// <summary>Accounts that draw from one source and are not flagged for it, the highest score first.</summary>
    public IReadOnlyList<SourceLead> SourceLeads => _aside.Value.SourceLeads;

    /// <summary>How many leads there are of every kind.</summary>
    public int AllLeads => Leads.Count + SmallSets.Count + SourceLeads.Count;

    /// <summary>How rare such a lead is, in words.</summary>
    public static string HowRare(SourceLead lead) =>
        $"they draw from one source, and {lead.Found.P:P1} of honest populations have a group of which that could be said";

    /// <summary>How rare what an account did is among honest ones, in words, with how many those are.</summary>
    private string HowRare(WatchedAccount account) =>
        Watch.Rank(account) is (var p, > 0 and var accounts)
            ? $"of {accounts:N0} honest accounts of a like volume {Math.Round(p * (accounts + 1)) - 1:N0} came as high"
            : "no honest account of a like volume is known to compare it with";

    /// <summary>The score of such a lead in bits.</summary>
    public double Score(SourceLead lead) => lead.Bits(Watch.Accounts.Count);

    /// <summary>Its id: made of when it was first seen and of its first account.</summary>
    public CampaignId IdOf(SourceLead lead) => CampaignId.Of(lead.Since.Tick, Watch.Accounts[lead.Accounts[0]].Fingerprint, isLead: true);

    /// <summary>Groups and accounts that stand out as much and are explained: neither flagged nor leads.</summary>
    public IReadOnlyList<Explained> Explained => _aside.Value.Explained;

    /// <summary>Groups that came to as much as is asked of a campaign and are not flagged.</summary>
    public IReadOnlyList<Campaign> SmallSets => _aside.Value.SmallSets;

    /// <summary>The name of the campaign that a flagged account is in, or of its campaign of one; null for others.</summary>
    public static string? CampaignOf(WatchedAccount account) =>
        account.Campaign is { DetectedAt: not null } campaign ? campaign.Id.ToString()
        : account.Lead == default ? null
        : account.Lead.ToString();

    /// <summary>The account's name in the log.</summary>
    public string Name(WatchedAccount account) => Log.Names[account.Number];

    /// <summary>The account's score in bits.</summary>
    public double Score(WatchedAccount account) => Watch.Score(account);

    /// <summary>How sure the rules are: moderate from 8 bits on (one honest case in 256), high from 13 (one in 8,192).</summary>
    public static string Confidence(double bits) =>
        bits switch
        {
            >= 13 => "high",
            >= 8 => "moderate",
            _ => "low",
        };

    /// <summary>Why an account was put before an analyst, whatever its score is now; null where it was not.</summary>
    public string? WhyFlagged(WatchedAccount account) =>
        account.FlaggedFor switch
        {
            FlagCause.None when account.LeadAt != null => $"its own requests passed the bar of {Asked(Rules.AccountAlpha)} for a lead; "
                + HowRare(account),
            FlagCause.None => null,
            _ when account.Campaign is { DetectedAt: not null } campaign => $"it acts as one with the other accounts of {campaign.Id}",
            _ => "it acted as one with a campaign that it has left since: what it asks for turned out to be something else",
        };

    /// <summary>Why a campaign was put before an analyst, whatever its score is now.</summary>
    public string WhyFlagged(Campaign campaign) =>
        campaign.FlaggedFor switch
        {
            FlagCause.Source when campaign.Source is { } source =>
                $"its accounts draw from one source: at most {Share(source.P)} of honest populations have a group of which "
                    + "that could be said",
            FlagCause.Corpus when campaign.Corpus is { } corpus => $"its accounts deal {corpus.Called} out among themselves",
            FlagCause.Division => "it is a part of a flagged campaign that turned out to do two jobs",
            _ => $"its accounts' requests, read together: at most {Share(Math.Pow(2, -campaign.BitsWhenFlagged))} of honest populations "
                + $"have a group that comes as high, and {Share(Rules.AlphaOf(campaign))} or less is asked"
                + (!Watch.IsRare(campaign) ? "; it has changed since" : ""),
        };

    /// <summary>Why a group that comes as high as a campaign, or draws from one source, is none: what is known to hold it back.</summary>
    public string WhyNotFlagged(Campaign group)
    {
        if (!Watch.IsRare(group))
        {
            return "its accounts were seen to draw from one source, and too few of them, or not as clearly as is asked of a campaign";
        }

        var together = $"together they come as high as the groups of {Share(group.P)} of honest populations, but ";
        return together
            + (
                Rules.IsOfFew(group)
                    ? "they are few: they are a campaign only where a card, an address or a client ties all of them, and they are one job "
                        + "without hours of their own"
                    : "half of them or more clearly ask for something else, or each keeps hours or a system prompt of its own, as people "
                        + "and products do, or honest accounts that are known came as high"
            );
    }

    /// <summary>A share in words: in percent, or as one in so many where it is small.</summary>
    private static string Share(double share) => share >= 0.001 ? $"{share:0.0#%}" : $"one in {1 / share:N0}";

    private static string Asked(double alpha) => $"{-Math.Log2(alpha):N1} bits";

    /// <summary>The strongest reasons behind an account's score, its tie to the rest of its campaign among them.</summary>
    public IReadOnlyList<Reason> ReasonsOf(WatchedAccount account)
    {
        if (account.Campaign is not { DetectedAt: not null } || account.BestTieTo < 0)
        {
            return Reasons.Of(account);
        }

        var ties = Watch.TiesBetween(account.Number, account.BestTieTo).OrderByDescending(t => t.Bits).ToList();
        var text = $"it and {Log.Names[account.BestTieTo]} {string.Join(", and ", ties.Select(t => t.Link.Says))}";
        return Reasons.Strongest(Reasons.Of(account).Append(new("tie", account.BestTie, text, Extrapolated: false)));
    }

    /// <summary>What holds a campaign together, by link; the one that ties most accounts first.</summary>
    public IReadOnlyList<TieWithin> Ties(Campaign campaign)
    {
        var found = new Dictionary<Link, (List<(int First, int Second)> Pairs, double Bits)>();
        foreach (var (first, second, _) in TiesWithin(campaign))
        {
            foreach (var (link, bits) in Watch.TiesBetween(first, second))
            {
                var (pairs, most) = found.GetValueOrDefault(link, ([], 0));
                pairs.Add((first, second));
                found[link] = (pairs, Math.Max(most, bits));
            }
        }

        return
        [
            .. found
                .Select(f => (f.Key, f.Value.Bits, Groups: Groups(f.Value.Pairs)))
                .Select(f => new TieWithin(f.Key, f.Groups.Sum(), f.Groups.Count, f.Bits))
                .OrderByDescending(tie => tie.Accounts)
                .ThenByDescending(tie => tie.Bits)
                .ThenBy(tie => tie.Link.Id.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>How many accounts each group has that pairs make.</summary>
    private static List<int> Groups(List<(int First, int Second)> pairs) =>
        [.. Components.Of([.. pairs.Select(pair => pair.First).Union(pairs.Select(pair => pair.Second))], pairs).Select(Enumerable.Count)];

    /// <summary>The tied pairs within a campaign, strongest first.</summary>
    public IReadOnlyList<(int First, int Second, double Bits)> TiesWithin(Campaign campaign) =>
        _within.Value.GetValueOrDefault(campaign, []);

    /// <summary>One pass over all pairs, when the first is asked for.</summary>
    private static Dictionary<Campaign, List<(int First, int Second, double Bits)>> Within(Watch watch) =>
        watch
            .Ties.Where(tie => watch.Accounts[tie.First].Campaign is { } campaign && campaign == watch.Accounts[tie.Second].Campaign)
            .GroupBy(tie => watch.Accounts[tie.First].Campaign!)
            .ToDictionary(
                campaign => campaign.Key,
                campaign => campaign.OrderByDescending(t => t.Bits).ThenBy(t => t.First).ThenBy(t => t.Second).ToList()
            );

    /// <summary>All that stands out and is not flagged.</summary>
    private sealed record Aside(
        IReadOnlyList<WatchedAccount> Leads,
        IReadOnlyList<SourceLead> SourceLeads,
        IReadOnlyList<Campaign> SmallSets,
        IReadOnlyList<Explained> Explained
    );

    /// <summary>Worked out where somebody asks: it looks at every account, and who wants the campaigns alone does not pay for it.</summary>
    private Aside NotFlagged()
    {
        var groups = Watch
            .Candidates.Where(group => group.DetectedAt == null && (Watch.IsRare(group) || group.IsOfOneSource))
            .OrderByDescending(group => group.Bits)
            .ThenBy(group => group.Number)
            .Select(group => (Group: group, Explanation: Watch.Explain(group.Accounts)))
            .ToList();
        var singles = Watch
            .Accounts.Where(account => account.Lead != default || account.Belief.Total >= 1 / Rules.AccountAlpha)
            .Where(account => account.Campaign is not { DetectedAt: not null })
            .OrderByDescending(Watch.Score)
            .ThenBy(account => account.Number)
            .Select(account => (Account: account, Explanation: account.FlaggedAt == null ? Watch.Explain([account.Number]) : null))
            .ToList();
        var sources = Watch
            .SourceLeads.OrderByDescending(Score)
            .ThenBy(lead => lead.Accounts[0])
            .Select(lead => (Lead: lead, Explanation: Watch.Explain(lead.Accounts)))
            .ToList();
        IReadOnlyList<SourceLead> sourceLeads = [.. sources.Where(one => one.Explanation == null).Select(one => one.Lead)];
        IReadOnlyList<Campaign> smallSets = [.. groups.Where(one => one.Explanation == null).Select(one => one.Group)];
        var leads = Found.Leads.Select(lead => Watch.Accounts[lead.Value.Value]).ToHashSet();
        IReadOnlyList<WatchedAccount> alone =
        [
            .. singles.Where(one => one.Explanation == null && leads.Contains(one.Account)).Select(one => one.Account),
        ];
        IReadOnlyList<Explained> explained =
        [
            .. groups
                .Where(one => one.Explanation != null)
                .Select(one => new Explained(
                    one.Group,
                    [.. one.Group.Accounts.Select(number => Watch.Accounts[number])],
                    one.Explanation!
                )),
            .. sources
                .Where(one => one.Explanation != null)
                .Select(one => new Explained(null, [.. one.Lead.Accounts.Select(number => Watch.Accounts[number])], one.Explanation!)),
            .. singles.Where(one => one.Explanation != null).Select(one => new Explained(null, [one.Account], one.Explanation!)),
        ];
        return new(alone, sourceLeads, smallSets, explained);
    }
}
