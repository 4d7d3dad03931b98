using System.Text;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Corpora;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// The watch over a journal: the same core as a scan, fed in the journal's own order. What it believes after a position depends on the
/// journal up to there and on nothing else, so that a live watch, one that was restarted, and one that reads the journal later agree. Not
/// thread-safe.
/// </summary>
internal sealed class JournalWatch
{
    private const ulong SnapshotMagic = 0x34305041_4E535753; // "SWSNAP04"

    private readonly EntryExchange _exchange;
    private readonly Func<string, AccountFacts> _facts;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private bool _isOfAnother; // whether the signals that are read now were said of another watch

    /// <summary>Begins with nobody.</summary>
    /// <param name="calibration">What weighs.</param>
    /// <param name="key">The deployment's key of fingerprints.</param>
    /// <param name="facts">What the provider knows of an account, when it first appears.</param>
    /// <param name="work">Who works on single accounts and campaigns; null for the watch itself.</param>
    /// <param name="corpora">The known benchmarks and sets of instructions; none where null.</param>
    public JournalWatch(
        Calibration calibration,
        KeyedHash key,
        Func<string, AccountFacts> facts,
        IWatchWork? work = null,
        CorpusIndex? corpora = null
    )
    {
        _facts = facts;
        _exchange = new EntryExchange(key, corpora ?? CorpusIndex.None);
        Watch = new Watch(calibration, WatchRules.Default, work, corpora);
        Watch.SavedWith(() => _names.Count, (number, writer) => writer.Write(_names[number]), (_, reader) => Name(reader.ReadString()));
    }

    /// <summary>What is believed, with all that it rests on.</summary>
    public Watch Watch { get; }

    /// <summary>Who is flagged, and in which campaign: the fold of all signals.</summary>
    public Findings Found { get; } = new();

    /// <summary>Told what happened in each tick, before anything of the next is taken.</summary>
    public Action<IReadOnlyList<Signal>>? Happened { get; set; }

    /// <summary>The accounts' names, by number.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Exchanges that were taken, and records that could not be read.</summary>
    public long Exchanges { get; private set; }

    /// <inheritdoc cref="Exchanges"/>
    public long Rejected { get; private set; }

    /// <summary>The times of the earliest and the latest exchange.</summary>
    public EventTime First { get; private set; }

    /// <inheritdoc cref="First"/>
    public EventTime Last { get; private set; }

    /// <summary>The time of the latest exchange that the gateway served itself; lines from outside are no part of it.</summary>
    public EventTime LastServed { get; private set; }

    /// <summary>
    /// Told that the watch stands between two ticks, with the position of the entry that begins the next one and was not taken yet: from
    /// there on the journal is to be read, were what is believed saved now.
    /// </summary>
    public Action<long>? BetweenTicks { get; set; }

    /// <summary>Takes what the journal says next.</summary>
    public void Take(in JournalEntry entry)
    {
        if (entry.Kind == JournalEntryKind.Tick)
        {
            Tell(Watch.CloseTick());
            return;
        }

        if (entry.Kind == JournalEntryKind.Signal)
        {
            Hear(entry.Line);
            return;
        }

        switch (_exchange.Take(entry))
        {
            case true:
                if (Watch.Reach(_exchange.At) is { } closed)
                {
                    Tell(closed);
                    BetweenTicks?.Invoke(entry.Position);
                }

                LastServed = entry.Kind == JournalEntryKind.Exchange && _exchange.At > LastServed ? _exchange.At : LastServed;
                Observe();
                break;
            case false:
                Rejected++;
                break;
        }
    }

    private void Tell(IReadOnlyList<Signal> signals)
    {
        Found.Take(signals);
        if (signals.Count > 0)
        {
            Happened?.Invoke(signals);
        }
    }

    /// <summary>
    /// Hears what stands in the journal. What this watch said it says again by itself; what others said of it (a verdict) stands there
    /// alone. What was said of a watch of another calibration or version is not of this one.
    /// </summary>
    private void Hear(ReadOnlyMemory<byte> line)
    {
        var signal = SignalLine.Read(line, name => new(_numbers.GetValueOrDefault(name, -1)));
        if (signal is Signal.WatchBegan began)
        {
            _isOfAnother = began.Calibration != Found.Began?.Calibration || began.Version != Found.Began.Version;
        }
        else if (signal is Signal.VerdictChanged or Signal.AccountUnflagged && !_isOfAnother)
        {
            Tell([signal]); // it is on record already: the log knows it by its id
        }
    }

    /// <summary>
    /// Begins to write all that it knows now to <paramref name="stream"/>; it stands at <paramref name="position"/> of the journal, between
    /// two ticks.
    /// <see cref="SaveOn"/> writes the rest, while it goes on.
    /// </summary>
    public void BeginSave(Stream stream, long position)
    {
        var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(SnapshotMagic);
        writer.Write(position);
        writer.Write(Exchanges);
        writer.Write(Rejected);
        writer.Write(First.Micros);
        writer.Write(Last.Micros);
        writer.Write(LastServed.Micros);
        Found.Save(writer);
        Watch.BeginSave(writer);
    }

    /// <summary>Writes on what <see cref="BeginSave"/> began.</summary>
    /// <param name="enough">Asked every few accounts whether that is enough for now; null to go on to the end.</param>
    /// <returns>Whether all of it is written.</returns>
    public bool SaveOn(Func<bool>? enough) => Watch.SaveOn(enough);

    /// <summary>Takes what was saved, before it has taken anything else.</summary>
    /// <param name="stream">Where it stands.</param>
    /// <param name="position">The position from which on the journal is to be read.</param>
    /// <returns>Null where it was taken; else why it is not of this program, these detectors and this calibration.</returns>
    /// <exception cref="IOException">It is cut off.</exception>
    /// <exception cref="InvalidDataException">It is no snapshot.</exception>
    public string? Load(Stream stream, out long position)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        position = 0;
        var magic = reader.ReadUInt64();
        if (magic != SnapshotMagic)
        {
            return $"it has the format {Format(magic)}, and this program reads {Format(SnapshotMagic)}";
        }

        position = reader.ReadInt64();
        Exchanges = reader.ReadInt64();
        Rejected = reader.ReadInt64();
        First = new EventTime(reader.ReadInt64());
        Last = new EventTime(reader.ReadInt64());
        LastServed = new EventTime(reader.ReadInt64());
        Found.Load(reader);
        return Watch.Load(reader) ? null : "it was written with other detectors, links or rules, or with another calibration";
    }

    private static string Format(ulong magic) =>
        string.Concat(BitConverter.GetBytes(magic).Select(letter => letter is > 32 and < 127 ? ((char)letter).ToString() : "?"));

    /// <summary>Takes what is newly known of an account.</summary>
    public void Learn(string account, in AccountFacts facts)
    {
        if (_numbers.TryGetValue(account, out var number))
        {
            Watch.Learn(number, facts);
        }
    }

    /// <summary>Takes what is known now of accounts that it has seen already: facts may have changed while it was not running.</summary>
    public void LearnAll()
    {
        for (var number = 0; number < _names.Count; number++)
        {
            var facts = _facts(_names[number]);
            if (facts != Watch.Accounts[number].Facts)
            {
                Watch.Learn(number, facts);
            }
        }
    }

    private void Observe()
    {
        var name = _exchange.Account;
        if (!_numbers.TryGetValue(name, out var number))
        {
            var facts = _facts(name); // first: where this fails, nobody has the number, and those who come later have theirs
            number = Name(name);
            Watch.Add(facts, AccountName.Fingerprint(name));
        }

        First = Exchanges == 0 || _exchange.At < First ? _exchange.At : First;
        Last = _exchange.At > Last ? _exchange.At : Last;
        Exchanges++;
        Watch.Observe(number, _exchange.Features);
    }

    /// <summary>The number of the next account.</summary>
    private int Name(string name)
    {
        _names.Add(name);
        return _numbers[name] = _names.Count - 1;
    }

    /// <summary>The fingerprint of a fact about an account; 0 where it is not known.</summary>
    public static ulong Fingerprint(KeyedHash key, string? text) => string.IsNullOrEmpty(text) ? 0 : key.Of(Encoding.UTF8.GetBytes(text));
}
