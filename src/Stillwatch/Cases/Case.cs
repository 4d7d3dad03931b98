using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Cases;

/// <summary>
/// People's work on a campaign, as it stands after some decisions: what happened is a fold over the record, and nothing of it is lost by a
/// merge or a split.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">What it is called.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="OpenedBy">By whom: a person, or the watch.</param>
public sealed record Case(CaseId Id, string Title, EventTime OpenedAt, string OpenedBy)
{
    /// <summary>Whom it is about.</summary>
    public ImmutableList<Subject> Subjects { get; init; } = [];

    /// <summary>The campaigns that it follows, by the ids under which they were found.</summary>
    public ImmutableSortedSet<CampaignId> Campaigns { get; init; } = [];

    /// <summary>Who works on it; null for nobody.</summary>
    public string? Assignee { get; init; }

    /// <summary>Hypotheses side by side, each as it was weighed last.</summary>
    public ImmutableSortedDictionary<Hypothesis, WeighedHypothesis> Hypotheses { get; init; } =
        ImmutableSortedDictionary<Hypothesis, WeighedHypothesis>.Empty;

    /// <summary>What customers were told.</summary>
    public ImmutableList<Notice> Notices { get; init; } = [];

    /// <summary>Appeals, in the order in which they came.</summary>
    public ImmutableList<Appeal> Appeals { get; init; } = [];

    /// <summary>All that happened, in order.</summary>
    public ImmutableList<CaseLine> Timeline { get; init; } = [];

    /// <summary>The case that goes on with it; null where it was not merged into another.</summary>
    public CaseId? MergedInto { get; init; }

    /// <summary>The case that it was split from; null for none.</summary>
    public CaseId? SplitFrom { get; init; }

    /// <summary>What it was closed with; null while it is open.</summary>
    public Finding? Finding { get; init; }

    /// <summary>When it was closed; null while it is open.</summary>
    public EventTime? ClosedAt { get; init; }

    /// <summary>Whether work on it goes on.</summary>
    public bool IsOpen => Finding == null && MergedInto == null;

    /// <summary>Appeals that wait for an answer.</summary>
    [JsonIgnore]
    public IEnumerable<Appeal> OpenAppeals => Appeals.Where(appeal => appeal.Granted == null);

    /// <summary>Whether it is about <paramref name="account"/>, by name or as one of its end users' account.</summary>
    public bool Names(string account) => Subjects.Any(subject => subject.Account == account);
}
