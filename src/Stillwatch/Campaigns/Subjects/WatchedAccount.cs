using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Readings;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Signals.Detectors;
using Stillwatch.Sketches;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Subjects;

/// <summary>All that the watch keeps of one account.</summary>
public sealed class WatchedAccount
{
    private const int MostCorpora = 8;

    private readonly WatchScale _scale;
    private readonly CheckpointPart? _changes;
    private CorpusUse[] _known = [];
    private long _answeredBefore; // the period

    internal WatchedAccount(int number, ulong fingerprint, WatchScale scale, CheckpointPart? changes = null)
    {
        _changes = changes;
        Number = number;
        Fingerprint = fingerprint;
        _scale = scale;
        Links = new byte[scale.LinkOffsets[^1]];
    }

    /// <summary>The account's number, by the order of first exchanges.</summary>
    public int Number { get; }

    /// <summary>A fingerprint of its name: the same in every watch, whatever its number there.</summary>
    public ulong Fingerprint { get; private set; }

    /// <summary>Its id as a lead, where it is one, or was flagged with a campaign that it left.</summary>
    public CampaignId Lead
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>What the provider knows of it.</summary>
    public AccountFacts Facts
    {
        get;
        private set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>What it took.</summary>
    public ref readonly Take Take => ref Taken;

    /// <summary>When it was put before an analyst; null where it was not.</summary>
    public EventTime? FlaggedAt
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>Why it was.</summary>
    public FlagCause FlaggedFor
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>When it became a lead: by itself it is worth a look, and no more. Null where it is none.</summary>
    public EventTime? LeadAt
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>Why it did.</summary>
    public FlagCause LeadFor
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>Whether it is flagged or a lead: others are held against it.</summary>
    internal bool IsNoticed => FlaggedAt != null || LeadAt != null;

    /// <summary>Its exchanges up to then.</summary>
    public long ExchangesBeforeFlag
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>Those of them that were answered: what it had by then.</summary>
    public long AnsweredBeforeFlag
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>The accounts that it acts as one with; null where there are none.</summary>
    public Campaign? Campaign
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>Its best tie to any other account, in bits.</summary>
    public double BestTie
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>The account of that tie; -1 where there is none.</summary>
    public int BestTieTo
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    } = -1;

    /// <summary>Notes a tie to account number <paramref name="other"/>; the best one is kept.</summary>
    internal void Raise(int other, float bits)
    {
        if (bits > BestTie)
        {
            (BestTie, BestTieTo) = (bits, other);
        }
    }

    /// <summary>What the detectors keep of it.</summary>
    public Profile Profile { get; private set; } = new();

    /// <summary>Takes what the provider knows of it.</summary>
    internal void Learn(in AccountFacts facts)
    {
        Facts = facts;
        for (var i = 0; i < WatchScale.Links.Length; i++)
        {
            WatchScale.Links[i].Begin(LinkState(i), facts);
        }
    }

    /// <summary>It is about to change: a checkpoint that is under way has it as it is.</summary>
    internal void Changing() => _changes?.Before(Number);

    /// <summary>Different prompts of it, drawn evenly: by these it is sorted among all accounts.</summary>
    public PromptSample Sample { get; } = new();

    /// <summary>What it asked of known corpora, of at most eight; usually of none.</summary>
    public IReadOnlyList<CorpusUse> Known => _known;

    /// <summary>The number of the corpus of which it was seen to ask a share that it was dealt; 0 where there is none.</summary>
    internal byte DealtFrom
    {
        get;
        set
        {
            if (field != value)
            {
                Changing();
                field = value;
            }
        }
    }

    /// <summary>Whether it was seen to draw from a source at the last look.</summary>
    internal bool DrawsFromSource
    {
        get;
        set
        {
            if (field != value)
            {
                Changing();
                field = value;
            }
        }
    }

    /// <summary>Takes an exchange of it.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        Sample.Observe(features);
        Ask(features);
        Profile.Observe(features);
        Taken.Observe(features);
        for (var i = 0; i < WatchScale.Links.Length; i++)
        {
            WatchScale.Links[i].Observe(LinkState(i), features);
        }
    }

    /// <summary>How many exchanges of the period were answered.</summary>
    internal long AnsweredInPeriod => Taken.Answered - _answeredBefore;

    private void Ask(in ExchangeFeatures features)
    {
        var item = features.Known;
        if (item.IsNone || !features.IsAnswered)
        {
            return;
        }

        var use = Array.Find(_known, one => one.Corpus == item.Corpus);
        if (use == null)
        {
            // Of more corpora than are followed the one that it asked least makes room: else a few requests would hide all others.
            var kept = _known.Length < MostCorpora ? _known : [.. _known.OrderByDescending(one => one.Exchanges).Take(MostCorpora - 1)];
            use = new(item.Corpus);
            _known = [.. kept, use];
        }

        use.Observe(item, features.Model, features.Has(ExchangeTraits.KnownPrompt));
    }

    /// <summary>Reads what its profile says now, and weighs the highest so far.</summary>
    public void Read()
    {
        Distinct = (long)Math.Round(SeedSetWalk.Distinct(Profile.Get<SeedSetWalk.State>()));
        Belief.Read(Profile, Facts.Verified ? _scale.ByVerifiedAccount : _scale.ByAccount);
    }

    /// <summary>Begins a new period: what was believed stays believed.</summary>
    internal void BeginPeriod()
    {
        Changing();
        Belief.BeginPeriod(Profile);
        (Profile, Distinct, _known, _answeredBefore) = (new(), 0, [], Taken.Answered);
    }

    /// <summary>About how many different prompts that stand alone it sent in the period, as of the last reading.</summary>
    internal long Distinct { get; private set; }

    /// <summary>Writes the values by which <paramref name="link"/> can tie it now, and returns how many.</summary>
    internal int ValuesOf(Link link, Span<ulong> values) => link.Values(LinkState(Array.IndexOf(WatchScale.Links, link)), Facts, values);

    /// <summary>The state of link number <paramref name="link"/>.</summary>
    internal Span<byte> LinkState(int link) => _scale.StateOf(link, Links);

    internal Belief Belief { get; } = new();

    private byte[] Links { get; }

    internal ShownValues Shown { get; } = new();

    /// <summary>The step at which it was last held against others by the graded links.</summary>
    internal long Step
    {
        get;
        set
        {
            Changing();
            field = value;
        }
    }

    internal bool Touched { get; set; }

    internal Take Taken;

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    internal void Save(BinaryWriter writer)
    {
        writer.Write(Fingerprint);
        writer.Write(Lead.Value);
        writer.Write(Facts.Created?.Micros ?? long.MinValue);
        writer.PutAll<ulong>([Facts.Payment, Facts.EmailDomain, Facts.Organisation, Facts.Country]);
        writer.Write(Facts.Verified);
        writer.Write(FlaggedAt?.Micros ?? long.MinValue);
        writer.Write((byte)FlaggedFor);
        writer.Write(LeadAt?.Micros ?? long.MinValue);
        writer.Write((byte)LeadFor);
        writer.Write(ExchangesBeforeFlag);
        writer.Write(AnsweredBeforeFlag);
        writer.Write(Campaign?.Number ?? -1);
        writer.Write(BestTie);
        writer.Write(BestTieTo);
        Profile.Save(writer);
        Belief.Save(writer);
        writer.Write(Links);
        writer.Write(Step);
        writer.Write(Distinct);
        Shown.Save(writer);
        writer.Put(Taken);
        Sample.Save(writer);
        writer.Write(DrawsFromSource);
        writer.Write(DealtFrom);
        writer.Write(_answeredBefore);
        writer.Write((byte)_known.Length);
        Array.ForEach(_known, use => use.Save(writer));
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    /// <returns>The number of its campaign; −1 where it is in none.</returns>
    internal int Load(BinaryReader reader)
    {
        static EventTime? Time(long micros) => micros == long.MinValue ? null : new EventTime(micros);
        Fingerprint = reader.ReadUInt64();
        Lead = CampaignId.OfValue(reader.ReadInt64());
        var created = Time(reader.ReadInt64());
        var facts = reader.GetAll<ulong>(4);
        Facts = new AccountFacts(created, facts[0], facts[1], facts[2], facts[3], reader.ReadBoolean());
        FlaggedAt = Time(reader.ReadInt64());
        FlaggedFor = (FlagCause)reader.ReadByte();
        LeadAt = Time(reader.ReadInt64());
        LeadFor = (FlagCause)reader.ReadByte();
        ExchangesBeforeFlag = reader.ReadInt64();
        AnsweredBeforeFlag = reader.ReadInt64();
        var campaign = reader.ReadInt32();
        BestTie = reader.ReadDouble();
        BestTieTo = reader.ReadInt32();
        Profile = Profile.Load(reader);
        Belief.Load(reader);
        reader.BaseStream.ReadExactly(Links);
        Step = reader.ReadInt64();
        Distinct = reader.ReadInt64();
        Shown.Load(reader);
        Taken = reader.Get<Take>();
        Sample.Load(reader);
        DrawsFromSource = reader.ReadBoolean();
        DealtFrom = reader.ReadByte();
        _answeredBefore = reader.ReadInt64();
        _known = new CorpusUse[reader.ReadByte()];
        for (var i = 0; i < _known.Length; i++)
        {
            _known[i] = CorpusUse.Load(reader);
        }

        return campaign;
    }

    /// <summary>By detector, what its highest reading weighs.</summary>
    public ReadOnlySpan<Weight> Weights => Belief.Weights;

    /// <summary>What detector number <paramref name="detector"/> has to say of it.</summary>
    public string Explain(int detector) => Belief.Explain(detector, Profile);

    /// <summary>By detector, its highest raw statistic of the period.</summary>
    public ReadOnlySpan<double> Highest => Belief.Highest;

    /// <summary>
    /// Bytes of state that grow or not with what the account does: profile, links, beliefs and the values it can be tied by.
    /// </summary>
    public int StateBytes =>
        Profile.Size
        + Links.Length
        + Profile.Count * 32
        + Shown.Bytes
        + Sample.Bytes
        + _known.Length * CorpusUse.Bytes
        + System.Runtime.CompilerServices.Unsafe.SizeOf<Take>();
}
