using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Population;
using Stillwatch.Tests.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class PromptCodeTests
{
    private static readonly ExchangeFeatures Asked = FeaturesOf.Prompt("Compare the quiet harbour with the wooden bridge, step by step.");

    [Fact]
    public void Prompt_WhenTheSameIsAskedAtAnotherTime_ThenItIsTheSame()
    {
        var later = Asked with { At = new EventTime(Asked.At.Micros + 5 * EventTime.Hour), Body = Asked.Body + 2 };
        Assert.Equal(new PromptCode(Asked).Prompt, new PromptCode(later).Prompt);
        Assert.NotEqual(new PromptCode(Asked).TimeOfDay, new PromptCode(later).TimeOfDay);
    }

    [Fact]
    public void Prompt_WhenTheTextOrTheSystemPromptIsAnother_ThenItIsAnother() =>
        Assert.Equal(
            3,
            new[] { Asked, Asked with { System = 77 }, FeaturesOf.Prompt("Compare the quiet harbour with the wooden mill, step by step.") }
                .Select(features => new PromptCode(features).Prompt)
                .Distinct()
                .Count()
        );

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(ExchangeTraits.HasSystem, 2, false)] // a system prompt is a message as well
    [InlineData(ExchangeTraits.FollowUp, 3, true)]
    [InlineData(ExchangeTraits.FollowUp, 1, true)] // the conversation is kept by the server
    public void GoesOn_WhenTheModelsAnswersAreInTheRequest_ThenItDoes(ExchangeTraits traits, ushort messages, bool goesOn) =>
        Assert.Equal(goesOn, new PromptCode(Asked with { Traits = traits, Turns = messages }).GoesOn);

    [Fact]
    public void Cell_WhenAnythingIsAsked_ThenItLiesWithinItsView()
    {
        foreach (var features in RandomFeatures.Stream(new Random(1), 2_000))
        {
            var code = new PromptCode(features);
            for (var view = 0; view < PromptCode.Views; view++)
            {
                Assert.InRange(code.Cell(view), 0, PromptCode.Cells[view] - 1);
            }

            Assert.InRange(code.TimeOfDay, 0, 7);
            Assert.Equal(features.System == 0, code.SystemPrompt == 0);
        }
    }

    [Fact]
    public void Size_WhenItIsKept_ThenItIsSixteenBytes() => Assert.Equal(16, System.Runtime.CompilerServices.Unsafe.SizeOf<PromptCode>());
}
