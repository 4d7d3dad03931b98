using Stillwatch.Accounts;

namespace Stillwatch.Gateway.Admit;

/// <summary>What was taken for one request. Settle it once.</summary>
internal readonly struct Reservation(Tier tier, Need need, Meter? key, Meter? account, Meter? organisation, Meter? model, Limits? ofModel)
{
    /// <summary>What was taken.</summary>
    public Need Need => need;

    /// <summary>
    /// The meter whose state the client is told: the account's, else the key's, else the organisation's, else the model's.
    /// </summary>
    public (Meter? Meter, Limits Limits) Shown =>
        account != null ? (account, tier.Account)
        : key != null ? (key, tier.Key)
        : organisation != null ? (organisation, tier.Organisation)
        : model != null ? (model, ofModel!)
        : (null, Limits.None);

    /// <summary>Gives back what was taken beyond <paramref name="used"/>.</summary>
    public void Settle(in Need used)
    {
        key?.Settle(tier.Key, need, used);
        account?.Settle(tier.Account, need, used);
        organisation?.Settle(tier.Organisation, need, used);
        model?.Settle(ofModel!, need, used);
    }
}
