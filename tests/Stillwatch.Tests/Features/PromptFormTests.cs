using System.Text;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class PromptFormTests
{
    [Theory]
    [InlineData("Write a poem.", '.', 0, PromptMarks.Capital)]
    [InlineData("what is this?  \n", '?', 0, PromptMarks.Question)]
    [InlineData("怎样清洗灯笼？", '?', 0, PromptMarks.Question)]
    [InlineData("好。", '.', 0, PromptMarks.None)]
    [InlineData("Fix it:\n\n```\nx = 1\n```", '`', 4, PromptMarks.Capital | PromptMarks.CodeFence | PromptMarks.Paragraphs)]
    [InlineData("count to 10", '0', 0, PromptMarks.None)]
    [InlineData("thanks", 'a', 0, PromptMarks.None)]
    [InlineData("été", 'a', 0, PromptMarks.None)]
    public void Of_WhenAPrompt_ThenItsEndingLinesAndMarks(string prompt, char ending, int lines, PromptMarks marks)
    {
        var form = Form(prompt);
        Assert.Equal(((byte)ending, (byte)lines, marks), (form.Ending, form.Lines, form.Marks));
    }

    [Fact]
    public void Of_WhenTwoPromptsBeginAlike_ThenTheirWordsAreTheSame()
    {
        var (one, other, third) = (Form("Write a poem"), Form("write A letter now"), Form("Explain a poem"));
        Assert.Equal((one.FirstWord, one.SecondWord), (other.FirstWord, other.SecondWord));
        Assert.NotEqual(one.FirstWord, third.FirstWord);
        Assert.Equal(one.SecondWord, third.SecondWord);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void Of_WhenThereIsNothing_ThenThereIsNoForm(string prompt) => Assert.Equal(default, Form(prompt));

    [Fact]
    public void Fingerprint_WhenOneThingDiffers_ThenItDoes() =>
        Assert.Equal(
            5,
            new[] { "Write a poem.", "Write a poem?", "Write the poem.", "Draw a poem.", "Write a poem.\n\nNow." }
                .Select(prompt => Form(prompt).Fingerprint)
                .Distinct()
                .Count()
        );

    private static PromptForm Form(string prompt)
    {
        var (words, text) = (new PromptText(), Encoding.UTF8.GetBytes(prompt));
        words.Read(text, seed: 42);
        return PromptForm.Of(words, text);
    }
}
