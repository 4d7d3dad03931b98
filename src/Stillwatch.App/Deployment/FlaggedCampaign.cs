using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Deployment;

/// <summary>A flagged campaign as the desk sees it.</summary>
/// <param name="Facts">What the ladder is told.</param>
/// <param name="FlaggedAt">When it was flagged.</param>
/// <param name="Brief">It in a few sentences; empty where nobody asked for them.</param>
/// <param name="Assessment">What it is taken for, with all that was weighed; null while that is not worked out.</param>
/// <param name="Takes">What each of its accounts had, by name; empty where nobody asked for it.</param>
internal sealed record FlaggedCampaign(
    CampaignFacts Facts,
    EventTime FlaggedAt,
    string Brief,
    Assessment? Assessment,
    IReadOnlyDictionary<string, Campaigns.Subjects.Take> Takes
);
