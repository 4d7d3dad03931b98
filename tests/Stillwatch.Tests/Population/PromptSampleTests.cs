using Stillwatch.Features;
using Stillwatch.Population;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class PromptSampleTests
{
    [Fact]
    public void Observe_WhenTheOrderIsAnother_ThenTheSampleIsTheSame()
    {
        var asked = new Askers(1).Dealt(list: 0, count: 200);
        var (one, other) = (Askers.Sample(asked), Askers.Sample(asked.Reverse()));
        Assert.Equal(PromptSample.Most, one.Prompts.Length);
        Assert.Equal(one.Prompts.ToArray().Select(code => code.Prompt), other.Prompts.ToArray().Select(code => code.Prompt));
    }

    [Fact]
    public void Observe_WhenAPromptIsRepeated_ThenItIsKeptOnce()
    {
        var asked = new Askers(2).Dealt(list: 0, count: 5);
        var sample = Askers.Sample([.. asked, .. asked, .. asked]);
        Assert.Equal(5, sample.Prompts.Length);
        Assert.Equal(15, sample.Asked);
        Assert.Equal(5, sample.Different);
    }

    [Fact]
    public void Observe_WhenThereIsNoText_ThenItIsNoPrompt()
    {
        var sample = new PromptSample();
        sample.Observe(new ExchangeFeatures { Words = 0, Body = 0 });
        Assert.Equal(0, sample.Prompts.Length);
        Assert.Equal(0, sample.Asked);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    public void Different_WhenMoreThanIsKeptCame_ThenItIsAboutRightOnAverage(int prompts)
    {
        var askers = new Askers(3);
        var estimates = Enumerable.Range(0, 100).Select(_ => Askers.Sample(askers.Dealt(0, prompts)).Different / prompts).ToList();
        Assert.InRange(estimates.Average(), 0.94, 1.06); // a standard error of 18 % over a hundred
    }

    [Fact]
    public void Load_WhenItWasSaved_ThenItIsTheSame()
    {
        var askers = new Askers(4);
        var sample = Askers.Sample(askers.Dealt(0, 50));
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            sample.Save(writer);
        }

        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var loaded = new PromptSample();
        loaded.Load(reader);
        Assert.Equal(sample.Prompts.ToArray(), loaded.Prompts.ToArray());
        Assert.Equal((sample.Asked, sample.Different), (loaded.Asked, loaded.Different));
        var more = askers.Dealt(0, 20);
        foreach (var features in more)
        {
            sample.Observe(features);
            loaded.Observe(features);
        }

        Assert.Equal(sample.Prompts.ToArray(), loaded.Prompts.ToArray());
    }

    [Fact]
    public void Bytes_WhenItIsFull_ThenThatIsWhatThePageSays() =>
        Assert.Equal(512 + 272, Askers.Sample(new Askers(5).Dealt(0, 1_000)).Bytes);
}
