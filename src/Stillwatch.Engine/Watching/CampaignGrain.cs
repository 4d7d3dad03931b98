using Stillwatch.Campaigns.Subjects;

namespace Stillwatch.Engine.Watching;

/// <summary>Keeps a campaign's profile and folds its accounts' exchanges into it. What it does is the core's.</summary>
internal sealed class CampaignGrain(WatchedSubjects subjects) : Grain, ICampaignGrain
{
    private Campaign? _campaign;

    private Campaign Campaign => _campaign ??= subjects.Campaign(this.GetPrimaryKeyLong());

    /// <inheritdoc/>
    public ValueTask FoldAsync(TickExchanges exchanges)
    {
        foreach (ref readonly var features in exchanges.Exchanges)
        {
            Campaign.Observe(features);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync()
    {
        Campaign.Read();
        return ValueTask.CompletedTask;
    }
}
