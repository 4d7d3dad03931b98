using Stillwatch.Campaigns.Subjects;
using Stillwatch.Features;

namespace Stillwatch.Campaigns;

/// <summary>
/// Who does the work that concerns one account or one campaign and nothing else. A watch does it itself; an engine may hand it out, subject
/// by subject, and is back before the watch goes on. Either way the same is believed.
/// </summary>
public interface IWatchWork
{
    /// <summary>
    /// Takes an exchange for <paramref name="account"/>; it is in by the next <see cref="Read(IReadOnlyList{WatchedAccount})"/>, in the
    /// order of these calls.
    /// </summary>
    void Observe(WatchedAccount account, in ExchangeFeatures features);

    /// <summary>
    /// Takes an exchange for <paramref name="campaign"/>; it is in by the next <see cref="Read(IReadOnlyList{WatchedAccount})"/>.
    /// </summary>
    void Observe(Campaign campaign, in ExchangeFeatures features);

    /// <summary>Sees that all that was observed is in, and reads <paramref name="accounts"/>.</summary>
    void Read(IReadOnlyList<WatchedAccount> accounts);

    /// <summary>Reads <paramref name="campaigns"/>.</summary>
    void Read(IReadOnlyList<Campaign> campaigns);
}
