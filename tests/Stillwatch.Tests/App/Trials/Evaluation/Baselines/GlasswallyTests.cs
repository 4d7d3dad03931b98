using Stillwatch.App.Trials.Evaluation.Baselines;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.App.Trials.Evaluation.Baselines;

/// <summary>Every expected value is worked out by hand: the rule's score, times 0.4 + 0.6 of its confidence, times its weight.</summary>
public sealed class GlasswallyTests
{
    private const int Noon = 12 * 3600;

    /// <summary>One system prompt: 0.35, at 0.75. Gaps of 61 minutes keep the rules of an hour silent.</summary>
    [Fact]
    public void Score_WhenOneSystemPromptIsUsedAgain_ThenItIsWorkedOutByHand() =>
        Equal(0.06 * 0.35 * 0.85, Every(61 * 60, 5, (ref one, _) => one.System = 7));

    [Fact]
    public void Score_WhenSystemPromptsAreFewOrMixed_ThenItIsNothing()
    {
        Equal(0, Every(61 * 60, 4, (ref one, _) => one.System = 7));
        Equal(0, Every(61 * 60, 6, (ref one, i) => one.System = (ulong)(i % 3 + 1)));
    }

    /// <summary>A change of model: 0.20, at 0.85. What is a day old does not count.</summary>
    [Fact]
    public void Score_WhenTheModelChanges_ThenItIsWorkedOutByHand()
    {
        Equal(0.05 * 0.20 * 0.91, Every(61 * 60, 3, (ref one, i) => one.Model = i == 0 ? 1UL : 2));
        Equal(0, Every(61 * 60, 3, (ref one, _) => one.Model = 2));
        Equal(0, Every(25 * 3600, 2, (ref one, i) => one.Model = (ulong)i + 1));
    }

    /// <summary>Three handshakes in three exchanges: a confidence of 0.15 lowers 0.20 twice.</summary>
    [Fact]
    public void Score_WhenHandshakesRotate_ThenItIsWorkedOutByHand()
    {
        Equal(0.14 * 0.20 * 0.49 * 0.49, Every(61 * 60, 3, (ref one, i) => one.Tls = (ulong)i + 1));
        Equal(0, Every(61 * 60, 3, (ref one, i) => one.Tls = (ulong)(i % 2) + 1));
    }

    /// <summary>Four sessions of two at exact hours: 0.55 for even distances and 0.25 for even size, at 0.88.</summary>
    [Fact]
    public void Score_WhenSessionsComeByTheClock_ThenItIsWorkedOutByHand() =>
        Equal(0.04 * 0.80 * 0.928, [.. Enumerable.Range(0, 8).Select(i => At(Noon + i / 2 * 3600 + i % 2 * 10))]);

    /// <summary>Sessions of one at uneven distances, always on one topic: 0.40 for the walk, at 0.65.</summary>
    [Fact]
    public void Score_WhenTheNextTopicIsCertain_ThenItIsWorkedOutByHand()
    {
        var walk = Enumerable.Range(0, 16).Select(i => At(i / 2 * 10_900 + i % 2 * 4_000)).ToArray();
        Equal(0.02 * 0.40 * 0.79, walk);
        Equal(0, walk[..14]);
        Equal(0, [.. walk.Select(one => one with { Body = 0 })]);
    }

    /// <summary>
    /// Five exchanges in 40 minutes. Velocity: even gaps, 0.30, at a confidence of 0.1, which halves it to 0.55 of that. Elicitation: the
    /// last prompt, 0.40, and a fifth of all, 0.35, at 0.9.
    /// </summary>
    [Fact]
    public void Score_WhenTheLastOfFiveElicits_ThenItIsWorkedOutByHand() =>
        Equal(0.10 * 0.30 * 0.55 * 0.46 + 0.09 * 0.75 * 0.94, Every(600, 5, (ref one, i) =>
            {
                one.InputTokens = i * i * 10;
                one.Elicitation = i == 4 ? Elicitation.Reasoning : Elicitation.SelfInstruct;
            }));

    /// <summary>
    /// Ten equal prompts, five minutes apart. Velocity: 0.30 for gaps and 0.15 for tokens, at 0.2. Template: all of 1.0, at 0.2. Sessions:
    /// as by the clock.
    /// </summary>
    [Fact]
    public void Score_WhenATemplateIsFilledIn_ThenItIsWorkedOutByHand() =>
        Equal(0.10 * 0.45 * 0.6 * 0.52 + 0.05 * 0.44 * 0.52 + 0.04 * 0.80 * 0.928, Every(300, 10, (ref one, _) => one.Skeleton = 3));

    [Fact]
    public void Score_WhenItIsNight_ThenItIsMore()
    {
        var day = Every(600, 5, (ref _, _) => { });
        var night = day.Select(one => one with { At = new EventTime(one.At.Micros - 10 * EventTime.Hour) });
        Equal(new Glasswally().Score(day) + 0.10 * 0.10 * 0.55 * 0.46, [.. night]);
    }

    [Fact]
    public void Score_WhenAScriptHarvests_ThenItIsAboveAPersonWhoConverses()
    {
        var random = new Random(3);
        var harvest = Every(10, 300, (ref one, i) =>
        {
            one.Body = (ulong)i + 1;
            one.Skeleton = one.Opening = 9;
            one.Words = (ushort)(40 + i % 3);
            one.InputTokens = 60 + i % 5;
            one.Elicitation = Elicitation.Reasoning;
        });
        var person = Every(0, 80, (ref one, i) =>
        {
            one.At = new EventTime(Samples.Start.Micros + (Noon + i / 8 * 20_000 + i % 8 * 150 + random.Next(120)) * EventTime.Second);
            one.Body = one.Skeleton = one.Opening = (ulong)i + 1;
            one.Words = (ushort)random.Next(3, 80);
            one.InputTokens = random.Next(20, 2_000);
            one.Elicitation = i % 20 == 0 ? Elicitation.Reasoning : Elicitation.None;
            one.Traits = ExchangeTraits.FollowUp;
            Samples.Topic(ref one, random, 40);
        });
        Assert.InRange(new Glasswally().Score(harvest), 0.20, 0.341);
        Assert.InRange(new Glasswally().Score(person), 0, 0.10);
    }

    private static void Equal(double expected, ExchangeFeatures[] exchanges) =>
        Assert.Equal(expected, new Glasswally().Score(exchanges), 1e-9);

    private static ExchangeFeatures At(int seconds) =>
        new()
        {
            At = new EventTime(Samples.Start.Micros + seconds * EventTime.Second),
            Body = 1,
            Words = 12,
        };

    private static ExchangeFeatures[] Every(int seconds, int count, Samples.Change change)
    {
        var made = Enumerable.Range(0, count).Select(i => At(Noon + i * seconds)).ToArray();
        for (var i = 0; i < count; i++)
        {
            change(ref made[i], i);
        }

        return made;
    }
}
