using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;

namespace Stillwatch.Decisions;

/// <summary>
/// What a customer may know of a case: its state, what is done to it and until when, deadlines, the appeal. Nothing of what the watch
/// believes, and nothing of others.
/// </summary>
/// <param name="Case">The case's reference.</param>
/// <param name="Status">One of <c>warned</c>, <c>restricted</c>, <c>suspended</c>, <c>lifted</c>.</param>
/// <param name="OpenedAt">When the customer was first touched.</param>
public sealed record CustomerCase(CaseId Case, string Status, EventTime OpenedAt)
{
    /// <summary>Whom it is about: the account, or its end user where only that one is.</summary>
    public string Entity { get; init; } = "";

    /// <summary>What is done, in the words of the ladder.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>Why, in reason codes.</summary>
    public IReadOnlyList<string> ReasonCodes { get; init; } = [];

    /// <summary>Until when something is to be done; null for no such time.</summary>
    public EventTime? Deadline { get; init; }

    /// <summary>When what is done ends by itself; null where nothing is done.</summary>
    public EventTime? Until { get; init; }

    /// <summary>What the customer was told, the latest last.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Where the appeal is: <c>none</c>, <c>waiting</c>, <c>granted</c>, <c>not_granted</c>.</summary>
    public string Appeal { get; init; } = "none";

    /// <summary>What was answered to the appeal; null where nothing was.</summary>
    public string? AppealAnswer { get; init; }

    /// <summary>How to appeal.</summary>
    public string HowToAppeal { get; init; } = "";

    /// <summary>
    /// Whether a customer is told that there is such a case: something was done to it under it that it could feel, or it was told
    /// something.
    /// A case that is only looked into is nobody's business.
    /// </summary>
    public static bool IsAbout(Standing standing, Case of, Customer customer, EventTime now) =>
        of.Notices.Any(notice => customer.Is(notice.Subject)) || Felt(standing, of.Id, customer, now).Any();

    /// <summary>What <paramref name="customer"/> may know of a case; null where that is nothing.</summary>
    public static CustomerCase? Find(Standing standing, CaseId id, Customer customer, EventTime now)
    {
        while (standing.Cases.TryGetValue(id, out var merged) && merged.MergedInto is { } into)
        {
            id = into;
        }

        if (!standing.Cases.TryGetValue(id, out var of) || !IsAbout(standing, of, customer, now))
        {
            return null;
        }

        var felt = Felt(standing, id, customer, now).ToList();
        var acting = felt.Where(one => one.IsInForce(now) && Touches(one, customer)).Select(one => one.Measure).ToList();
        var appeal = of.Appeals.LastOrDefault(one => customer.Is(one.Subject));
        return new(
            id,
            acting.Count == 0 ? "lifted"
                : acting.Exists(one => one.Rung is Rung.Suspend or Rung.Refuse or Rung.StepUp) ? "suspended"
                : acting.TrueForAll(one => one.Rung == Rung.Warn) ? "warned"
                : "restricted",
            felt.Select(one => one.Measure.From)
                .Concat(of.Notices.Where(notice => customer.Is(notice.Subject)).Select(notice => notice.At))
                .Min()
        )
        {
            Entity = felt.SelectMany(one => one.Touched()).FirstOrDefault(customer.Is)?.Name ?? customer.Account,
            Measures = [.. acting.Select(one => RungWords.Of(one.Rung)).Distinct(StringComparer.Ordinal)],
            ReasonCodes = [.. acting.Select(one => one.ReasonCode).Distinct(StringComparer.Ordinal)],
            Deadline = acting
                .Where(one => one.Rung == Rung.Warn)
                .Select(one => (EventTime?)Enforced.DeadlineOf(one))
                .Concat(of.Notices.Where(notice => customer.Is(notice.Subject)).Select(notice => notice.Deadline))
                .Where(at => at != null)
                .DefaultIfEmpty(null)
                .Min(),
            Until = acting.Count == 0 ? null : acting.Max(one => one.Until),
            Notices = [.. of.Notices.Where(notice => customer.Is(notice.Subject)).Select(notice => notice.Text)],
            Appeal =
                appeal == null
                    ? "none"
                    : appeal.Granted switch
                    {
                        null => "waiting",
                        true => "granted",
                        false => "not_granted",
                    },
            AppealAnswer = appeal?.Answer,
            HowToAppeal = standing.Policy.Appeal.Replace("{case}", id.ToString(), StringComparison.Ordinal),
        };
    }

    /// <summary>What the customer felt by now: neither what only was proposed, nor what begins later.</summary>
    private static IEnumerable<StandingMeasure> Felt(Standing standing, CaseId id, Customer customer, EventTime now) =>
        standing.Measures.Values.Where(one =>
            one.Measure.Case == id
            && one.State is (MeasureState.Decided or MeasureState.Undone)
            && one.DecidedAt != null
            && one.Measure.From <= now
            && !(one.UndoneAt <= one.Measure.From)
            && !standing.IsShadow(one.Measure)
            && one.Measure.Rung is not (Rung.Observe or Rung.Tag or Rung.Mark)
            && one.Named().Any(subject => customer.Is(subject))
        );

    private static bool Touches(StandingMeasure one, Customer customer) =>
        !one.Spares(customer.Account) && one.Touched().Any(subject => customer.Is(subject));
}
