using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Readings;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Signals.Detectors;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Subjects;

/// <summary>
/// Accounts that act as one, and what is believed of them together. Until it is flagged it is a candidate, and may be an office.
/// </summary>
public sealed class Campaign
{
    private const long MostTold = 6_000; // different prompts up to which a sketch tells how many two accounts had in common

    private readonly List<int> _accounts = [];

    private readonly WatchScale _scale;
    private readonly CheckpointPart? _changes;
    private readonly byte[] _links; // the merge of its accounts' states of graded links
    private long _distinct; // different prompts, summed over its accounts
    private readonly long[] _excess; // by detector, how far its accounts' highest statistics are above the median, summed

    /// <summary>Begins with nobody.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="scale">What it is weighed by.</param>
    /// <param name="changes">Asked before it changes.</param>
    internal Campaign(int number, WatchScale scale, CheckpointPart? changes = null)
    {
        Number = number;
        _changes = changes;
        _scale = scale;
        _excess = new long[scale.Ordinary.Length];
        Readings = new(scale.Statistic);
        _links = new byte[scale.LinkOffsets[^1]];
    }

    /// <summary>Its number, by the order of forming.</summary>
    public int Number { get; }

    /// <summary>Its lasting id, given as the tick closes in which it formed.</summary>
    public CampaignId Id
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>The numbers of its accounts.</summary>
    public IReadOnlyList<int> Accounts => _accounts;

    /// <summary>When it was put before an analyst; null while it is a candidate.</summary>
    public EventTime? DetectedAt { get; private set; }

    /// <summary>Why: by its own evidence, by a tie to somebody flagged, or as a part of a flagged one.</summary>
    public FlagCause FlaggedFor { get; private set; }

    /// <summary>What it was judged to be when its readings flagged it, or where they did not, when they last would have.</summary>
    internal GroupKind Kind
    {
        get;
        set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>Whether its accounts were seen to have hours or a system prompt of their own.</summary>
    internal bool HasItsOwn => Kind is GroupKind.Own or GroupKind.OwnApart;

    /// <summary>Its bits at that time.</summary>
    public double BitsWhenFlagged { get; private set; }

    /// <summary>Puts it before an analyst.</summary>
    internal void Detect(EventTime at, FlagCause cause)
    {
        Changing();
        (DetectedAt, FlaggedFor, BitsWhenFlagged) = (at, cause, Bits);
    }

    /// <summary>That its accounts draw from one source, as it was seen most clearly; null where they were never seen to.</summary>
    public SourceFound? Source
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>That its accounts deal a known corpus out, as it was last seen; null where they were never seen to.</summary>
    public CorpusFound? Corpus
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>Whether its accounts were seen to draw from one source, known or not: each could stand for any other.</summary>
    internal bool IsOfOneSource => Source != null || Corpus != null;

    /// <summary>What its accounts took together.</summary>
    public ref readonly Take Take => ref Taken;

    /// <summary>The merge of its accounts' profiles.</summary>
    public Profile Profile
    {
        get;
        internal set
        {
            Changing();
            field = value;
        }
    } = new();

    /// <summary>What detector number <paramref name="detector"/> has to say of all that its accounts did in this period.</summary>
    public string Explain(int detector) => Profile.Explain(detector);

    /// <summary>What its accounts' own readings came to together.</summary>
    internal GroupReadings Readings { get; private set; }

    /// <summary>What they came to in one figure, the highest of any period.</summary>
    public double Statistic => Readings.Statistic;

    /// <summary>
    /// How rare what its accounts' readings came to is among honest populations, as of the last reading: a share of populations, 1 before
    /// the first.
    /// </summary>
    public double P { get; internal set; } = 1;

    /// <summary>Whether that lies beyond all honest populations.</summary>
    public bool IsExtrapolated { get; internal set; }

    /// <summary>What its readings are worth, in bits.</summary>
    public double ReadingsBits => Math.Max(0, -Math.Log2(P));

    /// <summary>
    /// Its score in bits, whichever is most: −log₂ of the share of honest populations with a group whose readings come as high, of that
    /// with a class that draws from one source as clearly, or of the chance that accounts deal a known corpus out.
    /// </summary>
    public double Bits => Math.Max(ReadingsBits, Math.Max(Source is { } source ? -Math.Log2(source.P) : 0, Corpus?.Reading.Bits ?? 0));

    /// <summary>Takes an exchange of one of its accounts.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        Profile.Observe(features);
        Taken.Observe(features);
        foreach (var link in WatchScale.GradedLinks)
        {
            WatchScale.Links[link].Observe(_scale.StateOf(link, _links), features);
        }
    }

    /// <summary>The merge of its accounts' states of graded link number <paramref name="link"/>.</summary>
    internal ReadOnlySpan<byte> LinkState(int link) => _scale.StateOf(link, _links);

    /// <summary>
    /// Reads its accounts' own highest readings together: what is not hurt where accounts that split a narrow seed set resemble each other.
    /// </summary>
    public void Read()
    {
        Span<double> together = stackalloc double[Profile.Count];
        Together(together);
        Readings.Raise(together);
    }

    /// <summary>
    /// Begins a new period. What was read of a flagged campaign stays read; any other group is read anew, as all that speaks for it begins
    /// anew as well.
    /// </summary>
    internal void BeginPeriod()
    {
        Changing();
        Profile = new();
        if (DetectedAt == null)
        {
            ReadAnew();
        }
        else
        {
            Readings.BeginPeriod();
        }
    }

    private void ReadAnew()
    {
        (Readings, P, IsExtrapolated, Kind) = (new(_scale.Statistic), 1, false, GroupKind.None);
        if (_accounts.Count > 0)
        {
            Read();
        }
    }

    /// <summary>The values of graded links that it showed as if it were one account.</summary>
    internal ShownValues Shown { get; } = new();

    /// <summary>The step at which it was last held against others by the graded links, as if it were one account.</summary>
    internal long Step
    {
        get;
        set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>How many exchanges it had when it was last looked at whether it is two.</summary>
    internal long LookedAt
    {
        get;
        set
        {
            Changing();
            field = value;
        }
    }

    /// <summary>How many exchanges it had when it was last held to be no one actor's, although its evidence would do.</summary>
    internal long ClearedAt
    {
        get;
        set
        {
            Changing();
            field = value;
        }
    }

    internal bool Touched { get; set; }

    /// <summary>It is about to change: a checkpoint that is under way has it as it is.</summary>
    internal void Changing() => _changes?.Before(Number);

    internal Take Taken;

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    internal void Save(BinaryWriter writer)
    {
        writer.Write(Id.Value);
        writer.PutAll<int>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_accounts));
        writer.Write(DetectedAt?.Micros ?? long.MinValue);
        writer.Write((byte)FlaggedFor);
        writer.Write((byte)Kind);
        writer.Write(BitsWhenFlagged);
        Profile.Save(writer);
        Readings.Save(writer);
        writer.Write(P);
        writer.Write(IsExtrapolated);
        writer.Write(_distinct);
        writer.PutAll<long>(_excess);
        writer.Write(_links);
        Shown.Save(writer);
        writer.Write(Step);
        writer.Write(LookedAt);
        writer.Write(ClearedAt);
        writer.Put(Taken);
        writer.Write(Source != null);
        writer.Put(Source ?? default);
        CorpusFound.Save(writer, Corpus);
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    internal void Load(BinaryReader reader)
    {
        Id = CampaignId.OfValue(reader.ReadInt64());
        _accounts.AddRange(reader.GetAll<int>());
        DetectedAt = reader.ReadInt64() is var micros && micros == long.MinValue ? null : new EventTime(micros);
        (FlaggedFor, Kind, BitsWhenFlagged) = ((FlagCause)reader.ReadByte(), (GroupKind)reader.ReadByte(), reader.ReadDouble());
        Profile = Profile.Load(reader);
        Readings.Load(reader);
        (P, IsExtrapolated) = (reader.ReadDouble(), reader.ReadBoolean());
        _distinct = reader.ReadInt64();
        reader.GetAll<long>().CopyTo(_excess, 0);
        reader.BaseStream.ReadExactly(_links);
        Shown.Load(reader);
        Step = reader.ReadInt64();
        LookedAt = reader.ReadInt64();
        ClearedAt = reader.ReadInt64();
        Taken = reader.Get<Take>();
        var hasSource = reader.ReadBoolean();
        var source = reader.Get<SourceFound>();
        Source = hasSource ? source : null;
        Corpus = CorpusFound.Load(reader);
    }

    internal void Join(WatchedAccount account)
    {
        Changing();
        _accounts.Add(account.Number);
        Profile.Merge(account.Profile);
        Taken.Merge(account.Taken);
        MergeLinks(account.LinkState);
        Count(account, 1);
        account.Campaign = this;
    }

    /// <summary>Counts what <paramref name="account"/> was read to, and nothing else of it.</summary>
    internal void CountOnly(WatchedAccount account)
    {
        _accounts.Add(account.Number);
        CountExcess(account, 1);
    }

    /// <summary>
    /// Counts what is believed of <paramref name="account"/> in, or out where <paramref name="sign"/> is −1: out before it changes, in
    /// after.
    /// </summary>
    internal void Count(WatchedAccount account, int sign)
    {
        Changing();
        _distinct += sign * account.Distinct;
        CountExcess(account, sign);
    }

    private void CountExcess(WatchedAccount account, int sign)
    {
        for (var i = 0; i < _excess.Length; i++)
        {
            _excess[i] += sign * account.Belief.Excess(i, _scale.Ordinary[i]);
        }
    }

    /// <summary>
    /// Its accounts' highest statistics over the median, summed and divided by √k (Stouffer's way), one a detector; where they ask the same
    /// prompts, as a class does, only so much of it as they asked different ones: who copies a model does not pay for an answer twice.
    /// </summary>
    private void Together(Span<double> statistics)
    {
        var different = _distinct is 0 or > MostTold ? 1 : Math.Min(1, SeedSetWalk.Distinct(Profile.Get<SeedSetWalk.State>()) / _distinct);
        for (var i = 0; i < statistics.Length; i++)
        {
            statistics[i] = Belief.Statistic(_excess[i]) / Math.Sqrt(_accounts.Count) * different;
        }
    }

    /// <summary>
    /// Accounts leave; what is kept of the rest is merged anew, because sketches cannot be subtracted. What was believed stays believed.
    /// </summary>
    internal void Leave(List<int> leaving, IReadOnlyList<WatchedAccount> accounts)
    {
        Changing();
        _accounts.RemoveAll(leaving.ToHashSet().Contains);
        foreach (var number in leaving)
        {
            accounts[number].Campaign = null;
        }

        (Profile, Taken, _distinct) = (new Profile(), default, 0);
        Array.Clear(_excess);
        foreach (var number in _accounts)
        {
            Profile.Merge(accounts[number].Profile);
            Taken.Merge(accounts[number].Taken);
            Count(accounts[number], 1);
        }

        MergeLinksAnew(accounts);
        LookedAt = Taken.Exchanges; // a quarter more of what it is now
        ClearedAt = 0; // what is left is another group
        if (DetectedAt == null)
        {
            ReadAnew(); // and nobody's readings are held against others
        }
    }

    /// <summary>What is kept of its accounts for the graded links is merged anew.</summary>
    internal void MergeLinksAnew(IReadOnlyList<WatchedAccount> accounts)
    {
        Changing();
        Array.Clear(_links);
        foreach (var number in _accounts)
        {
            MergeLinks(accounts[number].LinkState);
        }
    }

    internal void Absorb(Campaign other, IReadOnlyList<WatchedAccount> accounts)
    {
        Changing();
        other.Changing();
        Profile.Merge(other.Profile);
        Taken.Merge(other.Taken);
        MergeLinks(link => other._scale.StateOf(link, other._links));
        _distinct += other._distinct;
        for (var i = 0; i < _excess.Length; i++)
        {
            _excess[i] += other._excess[i];
        }

        foreach (var number in other._accounts)
        {
            _accounts.Add(number);
            accounts[number].Campaign = this;
        }

        ClearedAt = 0;
        other._accounts.Clear();
        Source ??= other.Source;
        Corpus ??= other.Corpus;
        if (other.DetectedAt != null && other.Statistic > Statistic)
        {
            Readings = other.Readings; // why it was flagged
            (P, IsExtrapolated, Kind) = (other.P, other.IsExtrapolated, other.Kind);
        }

        if (other.DetectedAt is { } detected && (DetectedAt is not { } mine || detected < mine))
        {
            (DetectedAt, FlaggedFor, BitsWhenFlagged) = (detected, other.FlaggedFor, other.BitsWhenFlagged);
        }
    }

    private void MergeLinks(StateOfLink other)
    {
        foreach (var link in WatchScale.GradedLinks)
        {
            WatchScale.Links[link].Merge(_scale.StateOf(link, _links), other(link));
        }
    }

    private delegate Span<byte> StateOfLink(int link);
}
