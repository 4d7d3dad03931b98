using System.Text;
using Stillwatch.Exchanges.Answers;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

public sealed class ReasoningTagsTests
{
    [Theory]
    [InlineData("<think>secret</think>Answer", "Answer")]
    [InlineData("<think>\\nsecret\\n</think>\\n\\nAnswer", "Answer")]
    [InlineData(" \\n<THINK>secret</Think> Answer", "Answer")]
    [InlineData("\\u003cthink\\u003esecret\\u003c/think\\u003eAnswer", "Answer")]
    [InlineData("secret</think>\\nAnswer", "Answer")]
    [InlineData("<think>secret", "")]
    [InlineData("<think></think>\\n<think>secret</think>Answer", "Answer")]
    [InlineData("<thought>secret</thought>Answer", "Answer")]
    [InlineData("[THINK]secret[/THINK]Answer", "Answer")]
    [InlineData("<|channel|>analysis<|message|>secret<|end|><|start|>assistant<|channel|>final<|message|>Answer", "Answer")]
    [InlineData("<think>\\ud83d\\ude00\\\"secret</think>Answer", "Answer")]
    [InlineData("Answer", "Answer")]
    [InlineData("", "")]
    [InlineData("\\n Answer", "\\n Answer")]
    [InlineData("<thin", "<thin")]
    [InlineData("<b>Answer</b>", "<b>Answer</b>")]
    [InlineData("The tag <think> is closed by </think>.", "The tag <think> is closed by </think>.")]
    public void Take_WhenATextBeginsWithReasoning_ThenItIsCutHoweverItComesInPieces(string text, string left)
    {
        foreach (var size in new[] { 1, 2, 7, 1000 })
        {
            var (tags, pieces) = (new ReasoningTags(int.MaxValue), Pieces(text, size));
            pieces.ForEach(piece => tags.Take(Encoding.UTF8.GetBytes(piece), waits: true));
            tags.End();
            Assert.True(tags.IsDecided);
            Assert.Equal(left, text[(int)tags.Cut..]);
            Assert.Equal(text.Length, tags.Taken);
        }
    }

    [Fact]
    public void Take_WhenNoOpeningTagComes_ThenTheTextWaitsAndPassesAfterSoManyBytes_AndAClosingOneIsToldOf()
    {
        var tags = new ReasoningTags(100);
        tags.Take(Encoding.UTF8.GetBytes(new string('x', 99)), waits: true);
        Assert.Equal((false, 0L), (tags.IsDecided, tags.Cut));
        tags.Take("xx"u8, waits: true);
        Assert.Equal((true, 0L, false), (tags.IsDecided, tags.Cut, tags.FoundLate));
        tags.Take("</think>"u8, waits: true);
        Assert.Equal((true, 0L, true), (tags.IsDecided, tags.Cut, tags.FoundLate));
    }

    [Fact]
    public void Take_WhenTheServerTakesReasoningApart_ThenNothingWaits()
    {
        var tags = new ReasoningTags(100);
        tags.Take("An"u8, waits: false);
        Assert.Equal((true, 0L), (tags.IsDecided, tags.Cut));
    }

    [Fact]
    public void Take_WhenATagIsOpenAndNeverClosed_ThenAllIsCutAsItComes()
    {
        var tags = new ReasoningTags(100);
        tags.Take("<think>"u8, waits: true);
        tags.Take(Encoding.UTF8.GetBytes(new string('x', 1000)), waits: true);
        Assert.Equal((false, 1007L), (tags.IsDecided, tags.Cut));
    }

    /// <summary>A text of JSON in pieces, none of them in the midst of an escape.</summary>
    private static List<string> Pieces(string text, int size)
    {
        var (pieces, piece) = (new List<string>(), "");
        for (var i = 0; i < text.Length; )
        {
            var length =
                text[i] != '\\' ? 1
                : text[i + 1] == 'u' ? (text[i + 2] == 'd' ? 12 : 6)
                : 2;
            piece += text[i..(i += length)];
            if (piece.Length >= size)
            {
                pieces.Add(piece);
                piece = "";
            }
        }

        return [.. pieces, piece];
    }
}
