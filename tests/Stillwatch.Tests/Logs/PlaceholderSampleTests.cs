using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Logs;
using Stillwatch.Sketches;
using Stillwatch.Tests.Features;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class PlaceholderSampleTests
{
    private static readonly ExchangeFeatures Same = FeaturesOf.Prompt("the text is not kept here, ask the data office");

    [Theory]
    [InlineData(1_000, 40, 250, 40, true)]
    [InlineData(1_000, 40, 250, 21, true)]
    [InlineData(1_000, 40, 250, 10, false)] // a quarter of the accounts: what some people ask
    [InlineData(1_000, 40, 150, 40, false)] // fewer than a fifth of the exchanges
    [InlineData(1_000, 7, 900, 7, false)] // too few accounts tell nothing
    [InlineData(1_000, 8, 900, 8, true)]
    [InlineData(99, 40, 99, 40, false)] // too few exchanges
    [InlineData(100, 40, 100, 40, true)]
    [InlineData(20_000, 100, 8_000, 100, true)] // more than a sample holds
    [InlineData(20_000, 100, 2_000, 100, false)]
    public void Find_WhenOneTextStandsForMany_ThenItIsFoundWhereEnoughAccountsSendItOftenEnough(
        int exchanges,
        int accounts,
        int same,
        int among,
        bool found
    )
    {
        var sample = new PlaceholderSample();
        foreach (var (id, account, features) in Stream(exchanges, accounts, same, among))
        {
            sample.Add(id, account, features);
        }

        Assert.Equal(found ? PlaceholderSample.Of(Same) : 0, PlaceholderSample.Find([sample]));
    }

    [Fact]
    public void Find_WhenWorkersReadTheLog_ThenItDoesNotDependOnWhoReadWhat()
    {
        var random = new Random(4);
        var stream = Stream(15_000, 60, 3_200, 60).ToList(); // close to the bound: a share of other exchanges would say otherwise
        var alone = new PlaceholderSample();
        stream.ForEach(one => alone.Add(one.Id, one.Account, one.Features));
        for (var run = 0; run < 5; run++)
        {
            var samples = Enumerable.Range(0, 3).Select(_ => new PlaceholderSample()).ToList();
            foreach (var (id, account, features) in stream.OrderBy(_ => random.Next()))
            {
                samples[random.Next(3)].Add(id, account, features);
            }

            Assert.Equal(PlaceholderSample.Find([alone]), PlaceholderSample.Find(samples));
        }
    }

    [Fact]
    public void Find_WhenExchangesHaveNoText_ThenTheyCountForNothing()
    {
        var sample = new PlaceholderSample();
        for (var i = 0; i < 1_000; i++)
        {
            sample.Add(Id(i), (UInt128)(i % 40), new ExchangeFeatures { Words = 3 });
        }

        Assert.Equal(0UL, PlaceholderSample.Find([sample]));
        Assert.Equal(0UL, PlaceholderSample.Find([]));
    }

    [Fact]
    public void Of_WhenPromptsAreTheSameOrNot_ThenTheirFingerprintsAre()
    {
        var other = FeaturesOf.Prompt("something else entirely, of as many words and all");
        Assert.NotEqual(PlaceholderSample.Of(Same), PlaceholderSample.Of(other));
        var later = Same;
        (later.At, later.OutputTokens, later.Address) = (new EventTime(7), 99, 5);
        Assert.Equal(PlaceholderSample.Of(Same), PlaceholderSample.Of(later)); // of the prompt alone
        var shorter = Same;
        shorter.Words--;
        Assert.NotEqual(PlaceholderSample.Of(Same), PlaceholderSample.Of(shorter));
        Assert.NotEqual(0UL, PlaceholderSample.Of(default));
    }

    /// <summary>
    /// Whoever adds a feature of the text must think of it here too: what is left must be what an exchange without text has.
    /// </summary>
    [Fact]
    public void Blank_WhenATextIsTakenOut_ThenItIsAsIfNoneHadBeenSent()
    {
        const string head =
            """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","client":{"ip":"1.2.3.4"},"request":"""
            + """{"model":"m","temperature":0.5,""";
        var with = FeaturesOf.Line(
            head
                + """ "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Write code in python.\nShow your work, """
                + """step by step."}]},"usage":{"input_tokens":5,"output_tokens":7}}"""
        );
        var without = FeaturesOf.Line(
            head
                + """ "messages":[{"role":"system","content":""},{"role":"user","content":""}]},"usage":"""
                + """{"input_tokens":5,"output_tokens":7}}"""
        );
        Assert.True(with.Has(ExchangeTraits.Code) && with.Elicitation != Elicitation.None && with.System != 0); // all that is taken out
        PlaceholderSample.Blank(ref with);
        var (a, b) = (new byte[FeatureBytes.Size], new byte[FeatureBytes.Size]);
        FeatureBytes.Write(with, KeyedHash.ForScan, a);
        FeatureBytes.Write(without, KeyedHash.ForScan, b);
        Assert.Equal(b, a);
    }

    private static IEnumerable<(UInt128 Id, UInt128 Account, ExchangeFeatures Features)> Stream(
        int exchanges,
        int accounts,
        int same,
        int among
    )
    {
        for (var i = 0; i < exchanges; i++)
        {
            var features = Same;
            features.Skeleton = i < same ? features.Skeleton : (ulong)i + 1;
            yield return (Id(i), (UInt128)(i < same ? i % among : i % accounts), features);
        }
    }

    private static UInt128 Id(int i) => KeyedHash.ForScan.WideOf(BitConverter.GetBytes(i));
}
