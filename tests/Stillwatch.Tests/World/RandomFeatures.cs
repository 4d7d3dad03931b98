using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Tests.World;

/// <summary>Features drawn at random: for laws, which must hold whatever comes.</summary>
internal static class RandomFeatures
{
    private static readonly EventTime Start = new(1_772_409_600L * EventTime.Second);

    public static ExchangeFeatures[] Stream(Random random, int count)
    {
        var kinds = 1 + random.Next(60);
        var days = 1 + random.Next(20);
        return [.. Enumerable.Range(0, count).Select(_ => One(random, kinds, days))];
    }

    private static ExchangeFeatures One(Random random, int kinds, int days)
    {
        var features = new ExchangeFeatures
        {
            At = new EventTime(Start.Micros + random.NextInt64(days * EventTime.Day)),
            Body = (ulong)random.Next(kinds * 3) + 1,
            Skeleton = (ulong)random.Next(kinds) + 1,
            Opening = (ulong)random.Next(kinds * 2) + 1,
            Closing = (ulong)random.Next(kinds) + 1,
            System = (ulong)random.Next(3),
            RequestShape = (ulong)random.Next(4) + 1,
            Address = (ulong)random.Next(5),
            UserAgent = (ulong)random.Next(3) + 1,
            InputTokens = random.Next(4000),
            OutputTokens = random.Next(4000),
            Words = (ushort)random.Next(300),
            Turns = (ushort)random.Next(1, 6),
            Temperature = (short)random.Next(-1, 200),
            Elicitation = (Elicitation)random.Next(256),
            Language = (Language)random.Next(11),
            Traits = (ExchangeTraits)random.Next(16_384),
        };
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            features.Topic[i] = (sbyte)random.Next(-60, 60);
        }

        return features;
    }
}
