using Stillwatch.Campaigns.Subjects;
using Stillwatch.Features;

namespace Stillwatch.Campaigns;

/// <summary>The watch does the work itself, at once.</summary>
internal sealed class OwnWork : IWatchWork
{
    /// <summary>The only one: it keeps nothing.</summary>
    public static OwnWork Instance { get; } = new();

    /// <inheritdoc/>
    public void Observe(WatchedAccount account, in ExchangeFeatures features) => account.Observe(features);

    /// <inheritdoc/>
    public void Observe(Campaign campaign, in ExchangeFeatures features) => campaign.Observe(features);

    /// <inheritdoc/>
    public void Read(IReadOnlyList<WatchedAccount> accounts)
    {
        foreach (var account in accounts)
        {
            account.Read();
        }
    }

    /// <inheritdoc/>
    public void Read(IReadOnlyList<Campaign> campaigns)
    {
        foreach (var campaign in campaigns)
        {
            campaign.Read();
        }
    }
}
