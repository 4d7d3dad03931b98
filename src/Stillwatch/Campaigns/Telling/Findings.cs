using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Telling;

/// <summary>
/// What is believed now: which campaigns there are, who is in them, who is flagged, since when and why. It is a fold over signals and
/// nothing else, so that a scan, a
/// live watch, a replay and a restart come to the same. Not thread-safe.
/// </summary>
public sealed class Findings
{
    private readonly Dictionary<CampaignId, FoundCampaign> _campaigns = [];
    private readonly Dictionary<AccountNumber, FoundAccount> _flagged = [];
    private readonly Dictionary<AccountNumber, CampaignId> _campaignOf = [];
    private readonly Dictionary<CampaignId, CampaignId> _now = []; // of ids that are no more, the one that followed
    private readonly Dictionary<CampaignId, AccountNumber> _leads = [];
    private readonly Dictionary<CampaignId, Verdict> _verdicts = [];

    /// <summary>How many signals were taken.</summary>
    public long Signals { get; private set; }

    /// <summary>What the watch weighs by, as it began; null before the first signal.</summary>
    public Signal.WatchBegan? Began { get; private set; }

    /// <summary>The campaigns that there are, flagged or not, by id.</summary>
    public IReadOnlyDictionary<CampaignId, FoundCampaign> Campaigns => _campaigns;

    /// <summary>The accounts that are flagged, by number.</summary>
    public IReadOnlyDictionary<AccountNumber, FoundAccount> Flagged => _flagged;

    /// <summary>The accounts that are leads and in no flagged campaign, by their ids.</summary>
    public IEnumerable<KeyValuePair<CampaignId, AccountNumber>> Leads =>
        _leads.Where(lead => CampaignOf(lead.Value) is not { FlaggedAt: not null });

    /// <summary>The campaign that an account is in; null where it is in none.</summary>
    public FoundCampaign? CampaignOf(AccountNumber account) => _campaignOf.TryGetValue(account, out var id) ? _campaigns[id] : null;

    /// <summary>What a campaign or a lead was last taken for; null where that was not worked out.</summary>
    public Verdict? VerdictOf(CampaignId subject) => _verdicts.TryGetValue(subject, out var verdict) ? verdict : null;

    /// <summary>
    /// Follows an id to what it is today: of an absorbed campaign the one that absorbed it, of a lead that is in a flagged campaign by now
    /// that campaign.
    /// </summary>
    /// <returns>The id of today, itself where nothing changed; null where it was never given.</returns>
    public CampaignId? Follow(CampaignId id)
    {
        while (_now.TryGetValue(id, out var next))
        {
            id = next;
        }

        return _leads.TryGetValue(id, out var account)
            ? CampaignOf(account) is { FlaggedAt: not null } campaign
                ? campaign.Id
                : id
            : _campaigns.ContainsKey(id)
                ? id
                : null;
    }

    /// <summary>Takes the next signal.</summary>
    public void Take(Signal signal)
    {
        Signals++;
        switch (signal)
        {
            case Signal.WatchBegan began:
                Clear();
                Began = began;
                break;
            case Signal.CampaignFormed formed:
                Join(Begin(formed.Campaign, formed.At), formed.Accounts);
                break;
            case Signal.CampaignDivided divided:
                Divide(divided);
                break;
            case Signal.CampaignMerged merged:
                Merge(merged);
                break;
            case Signal.CampaignGrew grew:
                Join(_campaigns[grew.Campaign], grew.Accounts);
                break;
            case Signal.CampaignShrank shrank:
                Leave(_campaigns[shrank.Campaign], shrank.Accounts);
                break;
            case Signal.CampaignFlagged flagged:
                _campaigns[flagged.Campaign].Flag(flagged.At, flagged.Cause, flagged.Bits);
                break;
            case Signal.AccountFlagged flagged:
                _flagged[flagged.Account] = new FoundAccount(flagged);
                if (flagged.Subject.IsLead)
                {
                    _leads[flagged.Subject] = flagged.Account;
                }

                break;
            case Signal.LeadBegan lead:
                _leads[lead.Lead] = lead.Account;
                break;
            case Signal.AccountUnflagged unflagged:
                _flagged.Remove(unflagged.Account);
                break;
            case Signal.VerdictChanged verdict:
                _verdicts[verdict.Subject] = verdict.Now;
                break;
        }
    }

    /// <summary>Takes signals in their order.</summary>
    public void Take(IEnumerable<Signal> signals)
    {
        foreach (var signal in signals)
        {
            Take(signal);
        }
    }

    /// <summary>Writes all of it to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Signals);
        writer.Write(Began != null);
        if (Began is { } began)
        {
            writer.Write(began.At.Micros);
            writer.Write(began.Calibration);
            writer.Write(began.Version);
        }

        writer.Write(_campaigns.Count);
        foreach (var campaign in _campaigns.Values)
        {
            campaign.Save(writer);
        }

        writer.Write(_flagged.Count);
        foreach (var flag in _flagged.Values.Select(account => account.Flag))
        {
            writer.Write(flag.At.Micros);
            writer.Write(flag.Account.Value);
            writer.Write(flag.Subject.Value);
            writer.Write((byte)flag.Cause);
            writer.Write(flag.Bits);
            writer.Write(flag.Asked);
            writer.Write(flag.Exchanges);
            writer.Write(flag.Answered);
            writer.Write(flag.TiedTo.Value);
        }

        writer.PutAll<long>([.. _now.SelectMany(pair => (long[])[pair.Key.Value, pair.Value.Value])]);
        writer.PutAll<long>([.. _leads.SelectMany(pair => (long[])[pair.Key.Value, pair.Value.Value])]);
        writer.PutAll<long>([.. _verdicts.SelectMany(pair => (long[])[pair.Key.Value, (long)pair.Value])]);
    }

    /// <summary>Takes what <see cref="Save"/> wrote, in place of what it has.</summary>
    public void Load(BinaryReader reader)
    {
        Clear();
        Signals = reader.ReadInt64();
        Began = reader.ReadBoolean() ? new(new(reader.ReadInt64()), reader.ReadString(), reader.ReadString()) : null;
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var campaign = FoundCampaign.Load(reader);
            _campaigns[campaign.Id] = campaign;
            foreach (var account in campaign.Members)
            {
                _campaignOf[account] = campaign.Id;
            }
        }

        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var flag = new Signal.AccountFlagged(
                new(reader.ReadInt64()),
                new(reader.ReadInt32()),
                CampaignId.OfValue(reader.ReadInt64()),
                (FlagCause)reader.ReadByte(),
                reader.ReadDouble(),
                reader.ReadDouble(),
                reader.ReadInt64(),
                reader.ReadInt64(),
                new(reader.ReadInt32())
            );
            _flagged[flag.Account] = new(flag);
        }

        Pairs(reader, (id, other) => _now[CampaignId.OfValue(id)] = CampaignId.OfValue(other));
        Pairs(reader, (id, account) => _leads[CampaignId.OfValue(id)] = new((int)account));
        Pairs(reader, (id, verdict) => _verdicts[CampaignId.OfValue(id)] = (Verdict)verdict);
    }

    private static void Pairs(BinaryReader reader, Action<long, long> take)
    {
        var numbers = reader.GetAll<long>();
        for (var i = 0; i + 1 < numbers.Length; i += 2)
        {
            take(numbers[i], numbers[i + 1]);
        }
    }

    private void Clear()
    {
        _campaigns.Clear();
        _flagged.Clear();
        _campaignOf.Clear();
        _now.Clear();
        _leads.Clear();
        _verdicts.Clear();
    }

    private FoundCampaign Begin(CampaignId id, EventTime at) => _campaigns[id] = new FoundCampaign(id, at);

    private void Join(FoundCampaign campaign, IReadOnlyList<AccountNumber> accounts)
    {
        foreach (var account in accounts)
        {
            campaign.Members.Add(account);
            _campaignOf[account] = campaign.Id;
        }
    }

    private void Leave(FoundCampaign campaign, IReadOnlyList<AccountNumber> accounts)
    {
        foreach (var account in accounts)
        {
            campaign.Members.Remove(account);
            if (_campaignOf.GetValueOrDefault(account) == campaign.Id)
            {
                _campaignOf.Remove(account);
            }
        }
    }

    private void Divide(Signal.CampaignDivided divided)
    {
        var (whole, part) = (_campaigns[divided.Campaign], Begin(divided.Part, divided.At));
        part.DividedFrom = whole.Id;
        Leave(whole, divided.Accounts);
        Join(part, divided.Accounts);
        if (whole.FlaggedAt is { } at)
        {
            part.Flag(at, FlagCause.Division, 0);
        }
    }

    private void Merge(Signal.CampaignMerged merged)
    {
        var into = _campaigns[merged.Campaign];
        if (!_campaigns.Remove(merged.Absorbed, out var from))
        {
            return;
        }

        foreach (var account in from.Members)
        {
            into.Members.Add(account);
            if (_campaignOf.GetValueOrDefault(account) == from.Id)
            {
                _campaignOf[account] = into.Id;
            }
        }

        if (from.FlaggedAt is { } at && (into.FlaggedAt is not { } mine || at < mine))
        {
            into.Flag(at, from.FlaggedFor, from.Bits);
        }

        into.AbsorbedIds.Add(from.Id);
        into.AbsorbedIds.AddRange(from.AbsorbedIds);
        _now[from.Id] = into.Id;
    }
}
