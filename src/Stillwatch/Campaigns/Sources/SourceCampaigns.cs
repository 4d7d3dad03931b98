using Stillwatch.Campaigns.Subjects;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Sources;

/// <summary>
/// Makes campaigns of accounts that draw from one source, found by what they ask (<see cref="SourceSearch"/>) or known beforehand
/// (<see cref="CorpusSearch"/>).
/// </summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="campaigns">The watch's campaigns, by number.</param>
/// <param name="calibration">What honest populations come to.</param>
/// <param name="rules">At which error rates.</param>
/// <param name="corpora">The known corpora.</param>
internal sealed class SourceCampaigns(
    IReadOnlyList<WatchedAccount> accounts,
    IReadOnlyList<Campaign> campaigns,
    Calibration calibration,
    WatchRules rules,
    CorpusIndex corpora
)
{
    private const int FewestOfSource = 10; // accounts of a campaign that show that it draws from another source as well
    private const int MostToOthers = 3; // of a group's accounts that draw from a source, to those that do not

    private readonly CorpusSearch _dealt = new(accounts, corpora, rules);

    /// <summary>The search for sources.</summary>
    public SourceSearch Search { get; } = new(accounts, calibration, rules.SourceAlpha, rules.FewestAccounts);

    /// <summary>Whether two accounts belong together whatever they ask.</summary>
    public required Func<int, int, bool> AreBound { get; init; }

    /// <summary>Whether an account was never tied to another.</summary>
    public required Func<int, bool> IsAlone { get; init; }

    /// <summary>Joins an account to another's set.</summary>
    public required Action<int, int> Join { get; init; }

    /// <summary>Divides a campaign into parts, the first of which keeps its name; gives the campaigns, one a part.</summary>
    public required Func<Campaign, IReadOnlyList<IReadOnlyList<int>>, IReadOnlyList<Campaign>> Divide { get; init; }

    /// <summary>Told each campaign whose accounts are seen to draw from one source.</summary>
    public required Action<Campaign> SourceSeen { get; init; }

    /// <summary>Told each campaign whose accounts are seen to deal a known corpus out.</summary>
    public required Action<Campaign> CorpusSeen { get; init; }

    /// <summary>Looks, where it is time, and makes campaigns of what is found.</summary>
    public void Look(EventTime now)
    {
        Gather(Search.Look(now));
        foreach (var (found, dealing) in _dealt.Look())
        {
            Unite(dealing, rules.FewestAccounts, campaign => campaign.Corpus = found, CorpusSeen);
        }
    }

    /// <summary>Whether an account was seen to draw from a source at the last look.</summary>
    public static bool Draws(WatchedAccount account) => account.DrawsFromSource || account.DealtFrom != 0;

    /// <summary>
    /// Makes campaigns of the sources that a look found: 1. divides campaigns that draw from several, 2. unites accounts that draw from
    /// one.
    /// </summary>
    private void Gather(IReadOnlyList<(SourceFound Found, IReadOnlyList<WatchedAccount> Accounts)> sources)
    {
        foreach (var campaign in campaigns.Where(campaign => campaign is { Source: not null, Accounts.Count: > 0 }).ToList())
        {
            DivideBySource(campaign, sources);
        }

        foreach (var (found, drawing) in sources)
        {
            Unite(drawing, Exchangeability.FewestAccounts, campaign => campaign.Source = Clearest(campaign.Source, found), SourceSeen);
        }
    }

    /// <summary>What was seen at any look, where that was rarer.</summary>
    private static SourceFound Clearest(SourceFound? before, SourceFound now) => before is { } seen && seen.P < now.P ? seen : now;

    private void DivideBySource(Campaign campaign, IReadOnlyList<(SourceFound Found, IReadOnlyList<WatchedAccount> Accounts)> sources)
    {
        List<(SourceFound Found, WatchedAccount[] Accounts)> apart = [];
        foreach (
            var (found, own) in sources
                .Select(source => (source.Found, Own: source.Accounts.Where(account => account.Campaign == campaign).ToArray()))
                .Where(source => source.Own.Length >= FewestOfSource)
                .OrderByDescending(source => source.Own.Length)
                .ThenBy(source => source.Own.Min(account => account.Number))
        )
        {
            if (apart.TrueForAll(other => AreApart(other.Accounts, own)))
            {
                apart.Add((found, own));
            }
        }

        if (apart.Count > 1)
        {
            var parts = Divide(campaign, [.. apart.Select(part => part.Accounts.Select(account => account.Number).Order().ToList())]);
            for (var i = 0; i < parts.Count; i++)
            {
                parts[i].Source = apart[i].Found;
            }
        }
    }

    private static bool AreApart(WatchedAccount[] one, WatchedAccount[] other) =>
        Exchangeability.AreApart([.. one.Select(account => account.Sample)], [.. other.Select(account => account.Sample)]);

    /// <summary>
    /// Makes one campaign of accounts that draw from one source. Those that stand alone join the flagged campaign that has most of the
    /// others. An unflagged group joins if it draws from the source as a whole. Flagged campaigns are not joined, and an account that
    /// left one stays out.
    /// </summary>
    private void Unite(IReadOnlyList<WatchedAccount> drawing, int fewest, Action<Campaign> note, Action<Campaign> tell)
    {
        var into = drawing
            .Where(account => account.Campaign is { DetectedAt: not null })
            .GroupBy(account => account.Campaign!)
            .Where(own => own.Key.IsOfOneSource || own.Count() * 2 >= own.Key.Accounts.Count)
            .OrderByDescending(own => own.Count())
            .ThenBy(own => own.Key.Number)
            .FirstOrDefault()
            ?.Key;
        if (into == null && drawing.Count < fewest)
        {
            return;
        }

        foreach (
            var group in drawing.Select(account => account.Campaign).OfType<Campaign>().Distinct().OrderBy(group => group.Number).ToList()
        )
        {
            LetDrawingGo(group);
        }

        var joining = drawing
            .Select(account => account.Campaign)
            .OfType<Campaign>()
            .Distinct()
            .Where(campaign => campaign == into || (campaign.DetectedAt == null && Draws(campaign)))
            .ToHashSet();
        var uniting = drawing
            .Where(account => account.Campaign is { } campaign ? joining.Contains(campaign) : IsAlone(account.Number))
            .Select(account => account.Number)
            .ToList();
        if (uniting.Count == 0 || (into == null && uniting.Count < fewest))
        {
            return;
        }

        foreach (var account in uniting.Skip(1))
        {
            Join(uniting[0], account);
        }

        var united = accounts[uniting[0]].Campaign!;
        note(united);
        tell(united);
    }

    /// <summary>
    /// Where most of an unflagged group draws from a source, those that do are a group of their own: else one more account behind the same
    /// card would spare all others.
    /// </summary>
    private void LetDrawingGo(Campaign group)
    {
        var draws = group.Accounts.Where(number => Draws(accounts[number])).ToList();
        var others = group.Accounts.Where(number => !Draws(accounts[number])).ToList();
        if (
            group.DetectedAt == null
            && others.Count > 0
            && draws.Count >= rules.FewestAccounts
            && draws.Count >= MostToOthers * others.Count
        )
        {
            Divide(group, [others, draws]);
        }
    }

    /// <summary>
    /// Whether a group draws from a source: most of its accounts do, and any other pays with the card of one that does. If an address were
    /// enough a stranger behind the same one would come along.
    /// </summary>
    private bool Draws(Campaign group)
    {
        var draws = group.Accounts.Where(number => Draws(accounts[number])).ToList();
        return draws.Count * 2 > group.Accounts.Count
            && group.Accounts.All(number => Draws(accounts[number]) || draws.Exists(other => AreBound(number, other)));
    }
}
