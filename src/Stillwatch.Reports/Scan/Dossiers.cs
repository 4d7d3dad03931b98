using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Scan;

/// <summary>
/// The dossiers of all that is before an analyst, and of the largest cleared groups: made by reading the record again, twice.
/// </summary>
internal sealed class Dossiers
{
    private readonly Dictionary<CampaignId, Dossier> _of = [];
    private readonly Dictionary<Dossier, Assessment> _assessments = [];
    private readonly Dictionary<Dossier, (Unlikeness.Kernel Kernel, int EndUsers)> _unlike = [];

    private Dossiers(IEnumerable<int> honest) => Unlikeness = new Unlikeness(honest);

    /// <summary>What all accounts asked.</summary>
    public Behaviour Behaviour { get; } = new();

    /// <summary>How unlike everybody's their requests are.</summary>
    public Unlikeness Unlikeness { get; }

    /// <summary>The time of the latest exchange in them; null where there is none.</summary>
    public EventTime? Until { get; private set; }

    /// <summary>The dossier of a campaign or a cleared group; null where there is none (yet).</summary>
    public Dossier? Of(Campaign campaign) => _of.GetValueOrDefault(campaign.Id);

    /// <summary>The dossier of an account that stands alone; null where there is none (yet).</summary>
    public Dossier? Of(WatchedAccount account) => _of.GetValueOrDefault(account.Lead);

    /// <summary>
    /// How far the requests of <paramref name="dossier"/>'s subject, one of these, lie from everybody's, and how many of its end users' lie
    /// farther than any compared account's.
    /// </summary>
    public (Unlikeness.Kernel Kernel, int EndUsers) UnlikeEverybody(Dossier dossier) => _unlike[dossier];

    /// <summary>What the subject of <paramref name="dossier"/>, one of these, is taken for.</summary>
    public Assessment Assess(Dossier dossier) => _assessments[dossier];

    /// <summary>What the flagged campaigns and leads are taken for that <paramref name="found"/> has otherwise, as signals.</summary>
    public IReadOnlyList<Signal> NewVerdicts(Findings found) =>
        [
            .. _of.Where(one => IsFlagged(found, one.Key))
                .Select(one => (one.Key, Before: found.VerdictOf(one.Key) ?? Verdict.Unknown, Now: _assessments[one.Value].Verdict))
                .Where(one => one.Before != one.Now)
                .OrderBy(one => one.Key)
                .Select(one => new Signal.VerdictChanged(Until ?? default, one.Key, one.Before, one.Now)),
        ];

    private static bool IsFlagged(Findings found, CampaignId subject) =>
        subject.IsLead || found.Campaigns.TryGetValue(subject, out var campaign) && campaign.FlaggedAt != null;

    /// <summary>
    /// Whose dossiers are to be made, as things stand: who is in which campaign may change while the record is read again.
    /// </summary>
    public sealed class Plan
    {
        private const int MostCleared = 12;

        private readonly Calibration _calibration;
        private readonly int[] _honest;
        private readonly Dictionary<CampaignId, IReadOnlyDictionary<int, bool>> _flagged = [],
            _cleared = []; // who is verified, by account

        /// <summary>Everybody that <paramref name="briefing"/> names, and the largest cleared groups.</summary>
        public Plan(Briefing briefing)
        {
            _calibration = briefing.Calibration;
            IReadOnlyDictionary<int, bool> Verified(IReadOnlyList<int> accounts) =>
                accounts.ToDictionary(number => number, number => briefing.Watch.Accounts[number].Facts.Verified);
            foreach (var campaign in briefing.Campaigns)
            {
                _flagged[campaign.Id] = Verified(campaign.Accounts);
            }

            foreach (var account in briefing.Leads)
            {
                _flagged[account.Lead] = Verified([account.Number]);
            }

            _honest = [.. briefing.Watch.Accounts.Where(account => account.FlaggedAt == null).Select(account => account.Number)];
            foreach (
                var group in briefing
                    .Watch.Candidates.Where(group => group.DetectedAt == null)
                    .OrderByDescending(group => group.Take.Exchanges)
                    .ThenBy(group => group.Number)
                    .Take(MostCleared)
            )
            {
                _cleared[group.Id] = Verified(group.Accounts);
            }
        }

        /// <summary>Makes the dossiers.</summary>
        /// <param name="exchanges">All exchanges with their account's number; −1 where that is none of those known when the plan was made.
        /// Enumerated twice.</param>
        public Dossiers Make(Func<IEnumerable<AccountExchange>> exchanges)
        {
            var made = new Dossiers(_honest);
            var of = new Dictionary<int, Dossier>();
            foreach (var (subject, verified) in _flagged.Concat(_cleared))
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
                var dossier = of.GetValueOrDefault(exchange.Account);
                var novel = made.Unlikeness.Observe(exchange.Account, dossier, exchange.Features);
                dossier?.Observe(exchange.Features, novel);
            }

            // Who else asked the same is known only when all of its own is; the record is read again, so that no more of it is held however
            // long it is.
            foreach (var exchange in made._of.Count == 0 ? [] : exchanges())
            {
                foreach (var dossier in made._of.Values)
                {
                    dossier.ObserveBody(exchange.Account, exchange.Features.Body);
                }
            }

            foreach (var dossier in made._of.Values)
            {
                made._assessments[dossier] = dossier.Assess(_calibration);
                made._unlike[dossier] = (dossier.KernelIn(made.Unlikeness), dossier.UnlikeEndUsers(made.Unlikeness));
            }

            return made;
        }

        /// <summary>Whether it has the same accounts, verified or not, in the same flagged campaigns as <paramref name="other"/>.</summary>
        public bool IsAsGoodAs(Plan? other) =>
            other != null && Same(_flagged, other._flagged, (mine, theirs) => Same(mine, theirs, (one, another) => one == another));

        private static bool Same<TKey, TValue>(
            IReadOnlyDictionary<TKey, TValue> mine,
            IReadOnlyDictionary<TKey, TValue> theirs,
            Func<TValue, TValue, bool> same
        ) => mine.Count == theirs.Count && mine.All(one => theirs.TryGetValue(one.Key, out var another) && same(one.Value, another));
    }
}
