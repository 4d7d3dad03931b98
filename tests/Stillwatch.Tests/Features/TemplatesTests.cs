using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class TemplatesTests
{
    [Theory]
    [InlineData(
        "Answer the following question.\n\nWhat is a harbour made of?",
        "Answer the following question.\n\nWho built the quarry near here?"
    )]
    [InlineData("Summarise in two sentences:\n\nThe wooden bridge stands.", "Summarise in two sentences:\n\nA glacier moves slowly.")]
    [InlineData(
        "I know that the answer to \"what is wood\" is in the text.",
        "I know that the answer to \"who sails here\" is in the text."
    )]
    [InlineData("总结以下文本：今天天气很好", "总结以下文本：他昨天去了北京")]
    public void Opening_WhenAWrapperStandsInFront_ThenItIsTheWrappers(string first, string second) =>
        Assert.Equal(FeaturesOf.Prompt(first).Opening, FeaturesOf.Prompt(second).Opening);

    [Theory]
    [InlineData("Explain how a turbine works.", "Explain how a windmill works.")]
    [InlineData("Think step by step. How many apples has Ann?", "Think step by step. How many pears has Ann?")]
    [InlineData("请逐步推理。苹果有几个？", "请逐步推理。梨子有多少个呢？")]
    public void Opening_WhenTasksDiffer_ThenItDoes_EvenBehindAnInstructionHowToAnswer(string first, string second) =>
        Assert.NotEqual(FeaturesOf.Prompt(first).Opening, FeaturesOf.Prompt(second).Opening);

    [Theory]
    [InlineData("Question: where is the first bridge?\nAnswer:", "Question: who sleeps in a museum at night?\nAnswer:")]
    [InlineData("Write a letter to Anna about 3 lamps", "Write a letter to Peter about 77 lamps")]
    public void Skeleton_WhenOnlySlotsDiffer_ThenItIsOne(string first, string second) =>
        Assert.Equal(FeaturesOf.Prompt(first).Skeleton, FeaturesOf.Prompt(second).Skeleton);

    [Fact]
    public void Closing_WhenOneInstructionEndsAll_ThenItIsOne() =>
        Assert.Equal(
            FeaturesOf.Prompt("What is rain?\n\nAnswer in one word.").Closing,
            FeaturesOf.Prompt("Who paints bridges in spring?\n\nAnswer in one word.").Closing
        );

    [Fact]
    public void Of_WhenThereIsNoText_ThenNothingIsTaken()
    {
        var features = FeaturesOf.Prompt("");
        Assert.Equal((0UL, 0UL, 0UL), (features.Skeleton, features.Opening, features.Closing));
    }
}
