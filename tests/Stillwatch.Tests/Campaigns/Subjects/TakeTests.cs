using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Subjects;

public sealed class TakeTests
{
    [Fact]
    public void Observe_WhenOrderAndShardsChange_ThenTheSameIsCounted()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 20; trial++)
        {
            var stream = RandomFeatures.Stream(random, 300);
            for (var i = 0; i < stream.Length; i++)
            {
                stream[i].At = new EventTime(stream[i].At.Micros + random.Next(90) * EventTime.Day); // over more days than are told apart
            }

            var whole = Of(stream);
            random.Shuffle(stream);
            Assert.Equal(Told(whole), Told(Of(stream)));
            var (left, right) = (Of(stream[..100]), Of(stream[100..]));
            left.Merge(right);
            Assert.Equal(Told(whole), Told(left));
            left.Merge(default);
            Assert.Equal(Told(whole), Told(left));
        }
    }

    [Fact]
    public void On_WhenMoreDaysPassThanAreToldApart_ThenNoDayHasAnothersExchanges()
    {
        var take = default(Take);
        var first = Samples.Start.Window(EventTime.Day);
        take.Observe(new ExchangeFeatures { At = Samples.Start });
        take.Observe(new ExchangeFeatures { At = Samples.Start });
        take.Observe(new ExchangeFeatures { At = new EventTime(Samples.Start.Micros + Take.Days * EventTime.Day) });
        Assert.Equal((0, 1, 0), (take.On(first), take.On(first + Take.Days), take.On(first + 1)));
        Assert.Equal((first + Take.Days, 3), (take.LastDay, take.Exchanges));
    }

    [Fact]
    public void Observe_WhenAnExchangeWasNotAnswered_ThenItIsAnAttemptAndTookNothing()
    {
        var take = default(Take);
        take.Observe(
            new ExchangeFeatures
            {
                At = Samples.Start,
                OutputTokens = 7,
                InputTokens = 3,
                Elicitation = Elicitation.Reasoning,
            }
        );
        take.Observe(
            new ExchangeFeatures
            {
                At = Samples.Start,
                InputTokens = 9,
                Elicitation = Elicitation.Reasoning,
                Traits = ExchangeTraits.Failed | ExchangeTraits.Unanswered | ExchangeTraits.FollowUp,
            }
        );
        Assert.Equal((2, 1, 3, 7, 0), (take.Exchanges, take.Answered, take.InputTokens, take.OutputTokens, (int)take.FollowUps));
        Assert.Equal(1, take.On(Samples.Start.Window(EventTime.Day)));
        Assert.Equal(1, Enumerable.Range(0, Take.Kinds).Sum(take.OfKind));
    }

    private static string Told(Take take) =>
        $"{take.Exchanges} {take.Answered} {take.InputTokens} {take.OutputTokens} {take.WithTools} {take.FollowUps} "
        + $"{take.WithLogProbabilities} {take.LastDay} "
        + string.Join(',', Enumerable.Range(0, Take.Kinds).Select(take.OfKind))
        + " "
        + string.Join(',', Enumerable.Range(0, Take.Languages).Select(i => take.In((Language)i)))
        + " "
        + string.Join(',', Enumerable.Range((int)Samples.Start.Window(EventTime.Day), 120).Select(day => take.On(day)));

    private static Take Of(ExchangeFeatures[] stream)
    {
        var take = default(Take);
        foreach (ref readonly var features in stream.AsSpan())
        {
            take.Observe(features);
        }

        return take;
    }
}
