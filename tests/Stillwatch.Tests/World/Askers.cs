using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Population;
using Stillwatch.Sketches;

namespace Stillwatch.Tests.World;

/// <summary>
/// Accounts that are dealt tasks from a common list, and people who come back to what concerns them in hours of their own.
/// </summary>
internal sealed class Askers(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>An account that is dealt <paramref name="count"/> tasks of list number <paramref name="list"/>, at any hour.</summary>
    public ExchangeFeatures[] Dealt(int list, int count, double days = 14)
    {
        var tasks = new ExchangeFeatures[count];
        for (var i = 0; i < count; i++)
        {
            tasks[i] = Prompt(
                word: list * 20 + _random.Next(12),
                topic: _random.Next(40) + list * 40,
                At(_random.NextDouble() * days * 24),
                words: 12 + _random.Next(20)
            );
        }

        return tasks;
    }

    /// <summary>Somebody with three subjects, two ways to begin and six hours of the day.</summary>
    public ExchangeFeatures[] Person(int count, double days = 14)
    {
        var (subject, word, hour) = (1_000 + _random.Next(100_000), 1_000 + _random.Next(1_000), _random.Next(24));
        var asked = new ExchangeFeatures[count];
        for (var i = 0; i < count; i++)
        {
            asked[i] = Prompt(
                word + _random.Next(2),
                subject + _random.Next(3),
                At(_random.Next((int)days) * 24 + (hour + _random.NextDouble() * 6) % 24),
                words: 4 + _random.Next(30)
            );
        }

        return asked;
    }

    /// <summary>The sample of what was asked.</summary>
    public static PromptSample Sample(IEnumerable<ExchangeFeatures> asked)
    {
        var sample = new PromptSample();
        foreach (var features in asked)
        {
            sample.Observe(features);
        }

        return sample;
    }

    /// <summary>Each with some fingerprint, ordered by it, as the search takes them.</summary>
    public static List<(ulong Fingerprint, PromptSample Sample)> Ordered(IEnumerable<PromptSample> samples) =>
        [.. samples.Select((sample, i) => (KeyedHash.Mix((ulong)i + 7), sample)).OrderBy(one => one.Item1)];

    private static EventTime At(double hours) => new(Samples.Start.Micros + (long)(hours * EventTime.Hour));

    private ExchangeFeatures Prompt(int word, int topic, EventTime at, int words)
    {
        var features = new ExchangeFeatures
        {
            At = at,
            Body = (ulong)_random.NextInt64() | 1,
            Skeleton = (ulong)_random.NextInt64() | 1,
            Words = (ushort)words,
            Turns = 1,
            OutputTokens = 64,
            Language = Language.English,
            Form = new PromptForm((ushort)(word * 2 + 1), 3, (byte)'.', 0, PromptMarks.Capital),
        };
        var about = new Random(topic);
        Samples.Topic(ref features, about, spread: 80);
        return features;
    }
}
