using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;

namespace Stillwatch.Reports.Scan;

/// <summary>Somebody who stands out and is not flagged, because what they ask is known.</summary>
/// <param name="Group">The group; null for a single account.</param>
/// <param name="Accounts">The accounts.</param>
/// <param name="Explanation">Why.</param>
internal sealed record Explained(Campaign? Group, IReadOnlyList<WatchedAccount> Accounts, Explanation Explanation);
