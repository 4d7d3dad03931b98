using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Dossiers;

namespace Stillwatch.App.Scan;

/// <summary>The dossiers of all that a scan names, and of the largest cleared groups: made by reading the log again, twice.</summary>
internal sealed class Dossiers
{
    private const int MostCleared = 12;

    private readonly Dictionary<string, Dossier> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Campaign, Dossier> _cleared = [];

    private Dossiers()
    {
    }

    /// <summary>What all accounts asked.</summary>
    public Behaviour Behaviour { get; } = new();

    /// <summary>The dossier of the campaign, or lone account, called <paramref name="name"/>.</summary>
    public Dossier Of(string name) => _byName[name];

    /// <summary>The dossier of a cleared group; null where it is not among the largest.</summary>
    public Dossier? Of(Campaign cleared) => _cleared.GetValueOrDefault(cleared);

    /// <summary>Makes them.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="exchanges">All exchanges with their account's number, in order of time; enumerated twice.</param>
    public static Dossiers Make(Findings findings, Func<IEnumerable<AccountExchange>> exchanges)
    {
        var made = new Dossiers();
        var of = new Dictionary<int, Dossier>();
        Dossier New(IEnumerable<int> accounts)
        {
            var dossier = new Dossier(accounts.ToDictionary(number => number, number => findings.Watch.Accounts[number].Facts.Verified));
            foreach (var number in dossier.Accounts)
            {
                of[number] = dossier;
            }

            return dossier;
        }

        foreach (var campaign in findings.Campaigns)
        {
            made._byName[findings.Name(campaign)] = New(campaign.Accounts);
        }

        foreach (var account in findings.Alone)
        {
            made._byName[findings.CampaignOf(account)!] = New([account.Number]);
        }

        foreach (var group in findings.Watch.Candidates.Where(group => group.DetectedAt == null).OrderByDescending(group => group.Take.Exchanges).ThenBy(group => group.Number).Take(MostCleared))
        {
            made._cleared[group] = New(group.Accounts);
        }

        foreach (var exchange in exchanges())
        {
            made.Behaviour.Observe(exchange.Features);
            of.GetValueOrDefault(exchange.Account)?.Observe(exchange.Features);
        }

        // Who else asked the same is known only when all of its own is; the log is read again, so that no more of it is held however long it is.
        var all = of.Values.Distinct().ToList();
        foreach (var exchange in all.Count == 0 ? [] : exchanges())
        {
            foreach (var dossier in all)
            {
                dossier.ObserveBody(exchange.Account, exchange.Features.Body);
            }
        }

        return made;
    }
}
