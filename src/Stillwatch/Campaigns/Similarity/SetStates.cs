using Stillwatch.Campaigns.Subjects;

namespace Stillwatch.Campaigns.Similarity;

/// <summary>What is kept of a set of accounts, named by its lowest account: of a campaign, or of an account on its own.</summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="campaignOf">The campaigns, by their sets.</param>
internal sealed class SetStates(IReadOnlyList<WatchedAccount> accounts, IReadOnlyDictionary<int, Campaign> campaignOf)
{
    /// <summary>How many accounts it has.</summary>
    public int Size(int set) => campaignOf.TryGetValue(set, out var campaign) ? campaign.Accounts.Count : 1;

    /// <summary>How many exchanges.</summary>
    public long Exchanges(int set) =>
        campaignOf.TryGetValue(set, out var campaign) ? campaign.Taken.Exchanges : accounts[set].Taken.Exchanges;

    /// <summary>What the detectors keep of it.</summary>
    public Signals.Profile Profile(int set) => campaignOf.TryGetValue(set, out var campaign) ? campaign.Profile : accounts[set].Profile;

    /// <summary>The state of graded link number <paramref name="link"/>, the merge of its accounts'.</summary>
    public ReadOnlySpan<byte> LinkState(int set, int link) =>
        campaignOf.TryGetValue(set, out var campaign) ? campaign.LinkState(link) : accounts[set].LinkState(link);
}
