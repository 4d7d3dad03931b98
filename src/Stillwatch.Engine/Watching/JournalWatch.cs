using System.Buffers;
using System.Text;
using Stillwatch.Campaigns;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// The watch over a journal: the same core as a scan, fed in the journal's own order. What it believes after a position depends on the journal up to
/// there and on nothing else, so that a live watch, one that was restarted, and one that reads the journal later agree. Not thread-safe.
/// </summary>
internal sealed class JournalWatch
{
    private readonly ExchangeDraft _draft = new();
    private readonly FeatureExtractor _extractor;
    private readonly KeyedHash _key;
    private readonly Func<string, AccountFacts> _facts;
    private readonly ArrayBufferWriter<byte> _line = new(16 * 1024);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>Begins with nobody.</summary>
    /// <param name="calibration">What weighs.</param>
    /// <param name="key">The deployment's key of fingerprints.</param>
    /// <param name="facts">What the provider knows of an account, when it first appears.</param>
    public JournalWatch(Calibration calibration, KeyedHash key, Func<string, AccountFacts> facts)
    {
        _key = key;
        _facts = facts;
        _extractor = new FeatureExtractor(key);
        Watch = new Watch(calibration, WatchRules.Default);
    }

    /// <summary>What is believed.</summary>
    public Watch Watch { get; }

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

    /// <summary>Takes what the journal says next.</summary>
    public void Take(in JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.Exchange:
                _line.ResetWrittenCount();
                ExchangeLineWriter.Write(entry.Record!, _line);
                Line(_line.WrittenSpan.TrimEnd((byte)'\n'));
                break;
            case JournalEntryKind.Line:
                Line(entry.Line.Span);
                break;
            case JournalEntryKind.Tick:
                Watch.CloseTick();
                break;
        }
    }

    /// <summary>Takes what is newly known of an account.</summary>
    public void Learn(string account, in AccountFacts facts)
    {
        if (_numbers.TryGetValue(account, out var number))
        {
            Watch.Learn(number, facts);
        }
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        if (!ExchangeLineReader.Read(line, _draft).Taken)
        {
            Rejected++;
            return;
        }

        var name = Encoding.UTF8.GetString(_draft.Text(_draft.Account));
        if (!_numbers.TryGetValue(name, out var number))
        {
            number = _numbers[name] = _names.Count;
            _names.Add(name);
            Watch.Add(_facts(name));
        }

        First = Exchanges == 0 || _draft.At < First ? _draft.At : First;
        Last = _draft.At > Last ? _draft.At : Last;
        Exchanges++;
        Watch.Observe(number, _extractor.Take(_draft));
    }

    /// <summary>The fingerprint of a fact about an account; 0 where it is not known.</summary>
    public static ulong Fingerprint(KeyedHash key, string? text) => string.IsNullOrEmpty(text) ? 0 : key.Of(Encoding.UTF8.GetBytes(text));
}
