using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Telling;

/// <summary>A campaign as signals tell it: what it is now, and where it came from.</summary>
public sealed class FoundCampaign
{
    internal FoundCampaign(CampaignId id, EventTime began) => (Id, Began) = (id, began);

    /// <summary>Its lasting id.</summary>
    public CampaignId Id { get; }

    /// <summary>When it formed.</summary>
    public EventTime Began { get; }

    /// <summary>When it was flagged; null while it is a candidate.</summary>
    public EventTime? FlaggedAt { get; private set; }

    /// <summary>Why.</summary>
    public FlagCause FlaggedFor { get; private set; }

    /// <summary>Its bits when it was flagged; 0 where it was flagged as a part of another.</summary>
    public double Bits { get; private set; }

    /// <summary>Its accounts, in ascending order.</summary>
    public IReadOnlyCollection<AccountNumber> Accounts => Members;

    /// <summary>The campaign that it was a part of; the default where it was none.</summary>
    public CampaignId DividedFrom { get; internal set; }

    /// <summary>The ids of campaigns that are in it now: whoever follows one of them arrives here.</summary>
    public IReadOnlyList<CampaignId> Absorbed => AbsorbedIds;

    internal SortedSet<AccountNumber> Members { get; } = [];

    internal List<CampaignId> AbsorbedIds { get; } = [];

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Id.Value);
        writer.Write(Began.Micros);
        writer.Write(FlaggedAt?.Micros ?? long.MinValue);
        writer.Write((byte)FlaggedFor);
        writer.Write(Bits);
        writer.Write(DividedFrom.Value);
        writer.PutAll<int>([.. Members.Select(account => account.Value)]);
        writer.PutAll<long>([.. AbsorbedIds.Select(id => id.Value)]);
    }

    internal static FoundCampaign Load(BinaryReader reader)
    {
        var campaign = new FoundCampaign(CampaignId.OfValue(reader.ReadInt64()), new(reader.ReadInt64()));
        campaign.FlaggedAt = reader.ReadInt64() is var at && at == long.MinValue ? null : new EventTime(at);
        (campaign.FlaggedFor, campaign.Bits) = ((FlagCause)reader.ReadByte(), reader.ReadDouble());
        campaign.DividedFrom = CampaignId.OfValue(reader.ReadInt64());
        campaign.Members.UnionWith(reader.GetAll<int>().Select(account => new AccountNumber(account)));
        campaign.AbsorbedIds.AddRange(reader.GetAll<long>().Select(CampaignId.OfValue));
        return campaign;
    }

    internal void Flag(EventTime at, FlagCause cause, double bits) => (FlaggedAt, FlaggedFor, Bits) = (at, cause, bits);
}
