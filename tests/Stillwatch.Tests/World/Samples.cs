using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Tests.World;

/// <summary>Streams of one kind of exchange, for a detector's own examples.</summary>
internal static class Samples
{
    public static readonly EventTime Start = new(1_772_409_600L * EventTime.Second); // 2026-03-02, midnight

    public delegate void Change(ref ExchangeFeatures features, int i);

    /// <summary>
    /// <paramref name="count"/> exchanges spread evenly over five days and all hours, changed by <paramref name="change"/>.
    /// </summary>
    public static ExchangeFeatures[] Stream(int count, Change change)
    {
        var stream = new ExchangeFeatures[count];
        for (var i = 0; i < count; i++)
        {
            stream[i] = new ExchangeFeatures
            {
                At = new EventTime(Start.Micros + (long)(i * (5.0 * EventTime.Day / count))),
                Body = 1,
                Words = 12,
                OutputTokens = 64,
            };
            change(ref stream[i], i);
        }

        return stream;
    }

    public static void Topic(ref ExchangeFeatures features, Random random, int spread)
    {
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            features.Topic[i] = (sbyte)random.Next(-spread, spread + 1);
        }
    }
}
