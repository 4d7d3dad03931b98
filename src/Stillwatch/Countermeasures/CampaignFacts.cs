using Stillwatch.Cases;
using Stillwatch.Signals;

namespace Stillwatch.Countermeasures;

/// <summary>What the ladder is told of a flagged campaign.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Verdict">What it is taken for.</param>
/// <param name="Bits">What its evidence weighs.</param>
/// <param name="Accounts">Its accounts.</param>
public sealed record CampaignFacts(CampaignId Id, Verdict Verdict, double Bits, IReadOnlyList<CampaignAccount> Accounts)
{
    /// <summary>End users that harvest by themselves, where its accounts have customers of their own.</summary>
    public IReadOnlyList<Subject> Harvesters { get; init; } = [];
}
