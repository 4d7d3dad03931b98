using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Scan;

/// <summary>The dossiers of all that is before an analyst, and of the largest cleared groups: made by reading the record again, twice.</summary>
internal sealed class Dossiers
{
    private readonly Dictionary<Subject, Dossier> _of = [];

    private Dossiers()
    {
    }

    /// <summary>Who has a dossier: a campaign or group by its number, or a lone account by its own.</summary>
    private readonly record struct Subject(bool Alone, int Number);

    /// <summary>What all accounts asked.</summary>
    public Behaviour Behaviour { get; } = new();

    /// <summary>The time of the latest exchange in them; null where there is none.</summary>
    public EventTime? Until { get; private set; }

    /// <summary>The dossier of a campaign or a cleared group; null where there is none (yet).</summary>
    public Dossier? Of(Campaign campaign) => _of.GetValueOrDefault(new(Alone: false, campaign.Number));

    /// <summary>The dossier of an account that stands alone; null where there is none (yet).</summary>
    public Dossier? Of(WatchedAccount account) => _of.GetValueOrDefault(new(Alone: true, account.Number));

    /// <summary>
    /// Whose dossiers are to be made, as things stand: who is in which campaign may change while the record is read again.
    /// </summary>
    public sealed class Plan
    {
        private const int MostCleared = 12;

        private readonly List<(Subject Subject, IReadOnlyDictionary<int, bool> Verified)> _subjects = [];

        /// <summary>Everybody that <paramref name="findings"/> name, and the largest cleared groups.</summary>
        public Plan(Findings findings)
        {
            foreach (var campaign in findings.Campaigns.Concat(Cleared(findings.Watch)))
            {
                Add(findings, new(Alone: false, campaign.Number), campaign.Accounts);
            }

            foreach (var account in findings.Alone)
            {
                Add(findings, new(Alone: true, account.Number), [account.Number]);
            }
        }

        /// <summary>Makes the dossiers.</summary>
        /// <param name="exchanges">All exchanges with their account's number; −1 where that is none of those known when the plan was made. Enumerated twice.</param>
        public Dossiers Make(Func<IEnumerable<AccountExchange>> exchanges)
        {
            var made = new Dossiers();
            var of = new Dictionary<int, Dossier>();
            foreach (var (subject, verified) in _subjects)
            {
                made._of[subject] = new Dossier(verified);
                foreach (var number in verified.Keys)
                {
                    of[number] = made._of[subject];
                }
            }

            foreach (var exchange in exchanges())
            {
                made.Behaviour.Observe(exchange.Features);
                made.Until = made.Until is { } until && until >= exchange.Features.At ? until : exchange.Features.At;
                of.GetValueOrDefault(exchange.Account)?.Observe(exchange.Features);
            }

            // Who else asked the same is known only when all of its own is; the record is read again, so that no more of it is held however long it is.
            foreach (var exchange in made._of.Count == 0 ? [] : exchanges())
            {
                foreach (var dossier in made._of.Values)
                {
                    dossier.ObserveBody(exchange.Account, exchange.Features.Body);
                }
            }

            return made;
        }

        /// <summary>Whether it is about the same accounts in the same campaigns as <paramref name="other"/>.</summary>
        public bool IsAsGoodAs(Plan? other) =>
            other != null && _subjects.Count == other._subjects.Count && _subjects.Zip(other._subjects).All(pair => pair.First.Subject == pair.Second.Subject && pair.First.Verified.Count == pair.Second.Verified.Count && pair.First.Verified.Keys.All(pair.Second.Verified.ContainsKey));

        private static IEnumerable<Campaign> Cleared(Watch watch) =>
            watch.Candidates.Where(group => group.DetectedAt == null).OrderByDescending(group => group.Take.Exchanges).ThenBy(group => group.Number).Take(MostCleared);

        private void Add(Findings findings, Subject subject, IReadOnlyList<int> accounts) =>
            _subjects.Add((subject, accounts.ToDictionary(number => number, number => findings.Watch.Accounts[number].Facts.Verified)));
    }
}
