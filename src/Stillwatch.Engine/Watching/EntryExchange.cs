using System.Text;
using Stillwatch.Corpora;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Engine.Watching;

/// <summary>What an entry of the record says as an exchange: whose, and its features. Not thread-safe.</summary>
/// <param name="key">The deployment's key of fingerprints.</param>
/// <param name="corpora">The known benchmarks and sets of instructions.</param>
internal sealed class EntryExchange(KeyedHash key, CorpusIndex corpora)
{
    private readonly ExchangeDraft _draft = new();
    private readonly FeatureExtractor _extractor = new(key) { Corpora = corpora };

    private TakenExchange? _taken;

    /// <summary>The account's name, of the exchange that was taken last.</summary>
    public string Account { get; private set; } = "";

    /// <summary>When it took place.</summary>
    public EventTime At => _taken?.Features.At ?? _draft.At;

    /// <summary>Its features.</summary>
    public ExchangeFeatures Features => _taken?.Features ?? _extractor.Take(_draft);

    /// <summary>Takes <paramref name="entry"/>: null where it is no exchange, false where it cannot be read.</summary>
    public bool? Take(in JournalEntry entry)
    {
        _taken = entry.Taken;
        if (_taken != null)
        {
            Account = _taken.Account;
            return true;
        }

        bool? taken = entry.Kind switch
        {
            JournalEntryKind.Exchange => ExchangeRecordReader.Read(entry.Record!, _draft),
            JournalEntryKind.Line => ExchangeLineReader.Read(entry.Line.Span, _draft).Taken,
            _ => null,
        };
        if (taken == true)
        {
            Account = Encoding.UTF8.GetString(_draft.Text(_draft.Account));
        }

        return taken;
    }
}
