using System.Collections.Concurrent;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>
/// Takes the features of exchanges while they pass, from what is in memory anyway. What reads a request is rented for as long as its
/// features are not taken, and used again.
/// Safe for use from many threads.
/// </summary>
internal sealed class FeatureTap(KeyedHash key, CorpusIndex corpora)
{
    private const int MostKept = 64,
        MostText = 1 << 20;

    private readonly ConcurrentBag<Reading> _spare = [];

    /// <summary>Something that reads one request.</summary>
    public Reading Rent() => _spare.TryTake(out var reading) ? reading : new Reading(this);

    /// <summary>A request that was read, until its features are taken.</summary>
    internal sealed class Reading(FeatureTap tap)
    {
        private readonly FeatureExtractor _extractor = new(tap.Key) { Corpora = tap.Corpora };

        /// <summary>The request.</summary>
        public ExchangeDraft Draft { get; } = new();

        /// <summary>Takes the features of the request, and gives this back.</summary>
        /// <param name="record">The exchange so far: whatever else is known of it.</param>
        public ExchangeFeatures Take(ExchangeRecord record)
        {
            ExchangeRecordReader.Facts(record, Draft);
            var features = _extractor.TakeRequest(Draft);
            Return();
            return features;
        }

        /// <summary>Gives this back.</summary>
        public void Return()
        {
            if (Draft.Capacity <= MostText && _extractor.Capacity <= MostText && tap._spare.Count < MostKept)
            {
                Draft.Clear();
                tap._spare.Add(this);
            }
        }
    }

    /// <summary>The features of a whole exchange as they go on record.</summary>
    /// <param name="features">Those of its request.</param>
    /// <param name="record">The exchange.</param>
    /// <param name="answer">What was counted of its answer.</param>
    public byte[] Complete(ref ExchangeFeatures features, ExchangeRecord record, in AnswerCounts answer)
    {
        FeatureExtractor.Complete(ref features, record.Status, record.Outcome, answer);
        var bytes = new byte[FeatureBytes.Size];
        FeatureBytes.Write(features, key, bytes);
        return bytes;
    }

    private KeyedHash Key => key;

    private CorpusIndex Corpora => corpora;
}
