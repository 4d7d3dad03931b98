using System.Collections.Concurrent;
using Stillwatch.Campaigns.Subjects;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// Where a grain that wakes up finds its state: the subjects of the watch in this process, which are saved and restored together with it.
/// On a cluster a grain storage stands in this place.
/// </summary>
internal sealed class WatchedSubjects
{
    private readonly ConcurrentDictionary<long, WatchedAccount> _accounts = new();
    private readonly ConcurrentDictionary<long, Campaign> _campaigns = new();

    /// <summary>Account number <paramref name="number"/>.</summary>
    public WatchedAccount Account(long number) => _accounts[number];

    /// <summary>Campaign number <paramref name="number"/>.</summary>
    public Campaign Campaign(long number) => _campaigns[number];

    /// <summary>Takes one that is about to be worked on.</summary>
    public void Know(WatchedAccount account) => _accounts.TryAdd(account.Number, account);

    /// <inheritdoc cref="Know(WatchedAccount)"/>
    public void Know(Campaign campaign) => _campaigns.TryAdd(campaign.Number, campaign);
}
