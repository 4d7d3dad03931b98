using System.Collections.Frozen;
using Stillwatch.Accounts;
using Stillwatch.Cases;
using Stillwatch.Exchanges;
using Stillwatch.Sketches;

namespace Stillwatch.Countermeasures;

/// <summary>
/// What is done to whom, as plain data: immutable, read without a lock and without waiting, replaced as a whole when something was
/// decided. What begins later or is over by now is in it too: the time of the exchange says which measures act.
/// </summary>
public sealed class EnforcementPlan
{
    private readonly FrozenDictionary<string, Slot> _accounts,
        _keys,
        _organisations,
        _endUsers;
    private readonly FrozenSet<string> _withEndUsers;

    private EnforcementPlan(ILookup<SubjectKind, (string Name, StandingMeasure Measure)> touched, string appeal, long number)
    {
        FrozenDictionary<string, Slot> Slots(SubjectKind kind) =>
            touched[kind]
                .GroupBy(one => one.Name, StringComparer.Ordinal)
                .ToFrozenDictionary(group => group.Key, group => new Slot([.. group.Select(one => one.Measure)]), StringComparer.Ordinal);

        (_accounts, _keys) = (Slots(SubjectKind.Account), Slots(SubjectKind.Key));
        (_organisations, _endUsers) = (Slots(SubjectKind.Organisation), Slots(SubjectKind.EndUser));
        _withEndUsers = _endUsers
            .Keys.Select(name => new Subject(SubjectKind.EndUser, name).Account)
            .OfType<string>()
            .ToFrozenSet(StringComparer.Ordinal);
        (Appeal, Number) = (appeal, number);
        IsEmpty = _accounts.Count + _keys.Count + _organisations.Count + _endUsers.Count == 0;
    }

    /// <summary>Nothing is done to anybody.</summary>
    public static EnforcementPlan None { get; } = Of([], "", 0);

    /// <summary>How customers appeal, for what they are told.</summary>
    public string Appeal { get; }

    /// <summary>The number of the latest decision that it is made of.</summary>
    public long Number { get; }

    /// <summary>Whether nobody is touched.</summary>
    public bool IsEmpty { get; }

    /// <summary>How many accounts, keys, organisations and end users are touched, at one time or another.</summary>
    public int Count => _accounts.Count + _keys.Count + _organisations.Count + _endUsers.Count;

    /// <summary>Makes a plan.</summary>
    /// <param name="measures">All that stand; those that are not decided are left out.</param>
    /// <param name="appeal">How customers appeal.</param>
    /// <param name="number">The number of the latest decision.</param>
    public static EnforcementPlan Of(IEnumerable<StandingMeasure> measures, string appeal, long number) =>
        new(
            measures
                .Where(standing => standing.State == MeasureState.Decided)
                .SelectMany(standing => standing.Touched().Select(subject => (Subject: subject, Measure: standing)))
                .ToLookup(one => one.Subject.Kind, one => (one.Subject.Name, one.Measure)),
            appeal,
            number
        );

    /// <summary>What is done to an exchange; null for nothing.</summary>
    /// <param name="key">The key that it came with.</param>
    /// <param name="endUser">Its end user, as its sender names it; null for none.</param>
    /// <param name="now">When.</param>
    /// <param name="fingerprints">The deployment's key: the watch knows end users by fingerprints only (<see
    /// cref="Subject.OfFingerprint"/>).</param>
    public Enforced? Find(KeyEntry key, string? endUser, EventTime now, KeyedHash fingerprints) =>
        IsEmpty ? null
        : endUser == null || !_withEndUsers.Contains(key.Account.Name) ? Find(key.Account.Name, key.Id, key.Account.Organisation, [], now)
        : Find(
            key.Account.Name,
            key.Id,
            key.Account.Organisation,
            [
                Subject.OfEndUser(key.Account.Name, endUser).Name,
                Subject.OfFingerprint(key.Account.Name, fingerprints.Of(System.Text.Encoding.UTF8.GetBytes(endUser))).Name,
            ],
            now
        );

    /// <summary>What is done to an exchange; null for nothing.</summary>
    /// <param name="account">The account.</param>
    /// <param name="key">The key's id; null for none.</param>
    /// <param name="organisation">The account's organisation; null for none.</param>
    /// <param name="endUsers">Names of subjects that the end user goes by.</param>
    /// <param name="now">When.</param>
    public Enforced? Find(string account, string? key, string? organisation, ReadOnlySpan<string> endUsers, EventTime now)
    {
        var first = _accounts.GetValueOrDefault(account);
        var byKey = key == null ? null : _keys.GetValueOrDefault(key);
        var byOrganisation = organisation == null ? null : _organisations.GetValueOrDefault(organisation);
        List<Slot> byUser = [];
        foreach (var user in endUsers)
        {
            if (_endUsers.TryGetValue(user, out var slot))
            {
                byUser.Add(slot);
            }
        }

        if (byKey == null && byOrganisation == null && byUser.Count == 0)
        {
            return first?.At(now);
        }

        var active = new[] { first, byKey, byOrganisation }
            .OfType<Slot>()
            .Concat(byUser)
            .SelectMany(slot => slot.Active(now))
            .Where(one => !one.Spares(account)) // a granted appeal is for the account, whatever of it the measure is about
            .Select(one => one.Measure)
            .DistinctBy(one => one.Id)
            .ToList();
        return active.Count == 0 ? null : Enforced.Of(active);
    }

    /// <summary>The measures on one subject, and what they come to: worked out once for as long as none begins or ends.</summary>
    private sealed class Slot(StandingMeasure[] standing)
    {
        private readonly Measure[] _measures = [.. standing.Select(one => one.Measure)];
        private volatile Known? _known;

        public IEnumerable<StandingMeasure> Active(EventTime now) => standing.Where(one => one.IsInForce(now));

        public Enforced? At(EventTime now)
        {
            if (_known is { } known && known.From <= now && now < known.Until)
            {
                return known.Enforced;
            }

            var active = Active(now).Select(one => one.Measure).ToList();
            var from = _measures.Select(one => one.From).Concat(_measures.Select(one => one.Until)).Where(at => at <= now);
            var until = _measures.Select(one => one.From).Concat(_measures.Select(one => one.Until)).Where(at => at > now);
            var fresh = new Known(
                from.DefaultIfEmpty(new(long.MinValue)).Max(),
                until.DefaultIfEmpty(new(long.MaxValue)).Min(),
                active.Count == 0 ? null : Enforced.Of(active)
            );
            _known = fresh;
            return fresh.Enforced;
        }

        private sealed record Known(EventTime From, EventTime Until, Enforced? Enforced);
    }
}
