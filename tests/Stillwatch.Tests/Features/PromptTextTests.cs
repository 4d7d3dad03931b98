using System.Text;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class PromptTextTests
{
    private const ulong Seed = 42;

    [Theory]
    [InlineData("one two", "one two")]
    [InlineData("One TWO", "one two")]
    [InlineData("  one,\ttwo!  ", "one two")]
    [InlineData("don't", "don't")]
    [InlineData("snake_case", "SNAKE_CASE")]
    [InlineData("GRÖßE ÉTÉ", "größe été")]
    [InlineData("ШАГ Ёж", "шаг ёж")]
    [InlineData("ΑΒΓ", "αβγ")]
    [InlineData("ĆŚĘ", "ćśę")]
    [InlineData("ŁÓDŹ ŽIŽKA ŇŤ", "łódź žižka ňť")]
    [InlineData("Ÿ", "ÿ")]
    [InlineData("combien\u00a0?", "combien")] // a no-break space is no letter
    [InlineData("dix\u00a0mille", "dix mille")]
    public void Hashes_WhenTextsDifferInCaseAndMarks_ThenTheirWordsAreTheSame(string one, string other) =>
        Assert.Equal(Read(one).Hashes.ToArray(), Read(other).Hashes.ToArray());

    [Theory]
    [InlineData("one two", "two one")]
    [InlineData("one", "ones")]
    [InlineData("one", "öne")]
    [InlineData("dont", "don't")]
    [InlineData("a1", "a2")]
    [InlineData("一", "二")]
    [InlineData("ä", "ö")]
    public void Hashes_WhenWordsDiffer_ThenTheyDo(string one, string other) =>
        Assert.NotEqual(Read(one).Hashes.ToArray(), Read(other).Hashes.ToArray());

    [Fact]
    public void Hashes_WhenTheSeedIsAnother_ThenNoWordIsTheSame()
    {
        var (first, second) = (Read("one two 你好").Hashes.ToArray(), Read("one two 你好", Seed + 1).Hashes.ToArray());
        Assert.Equal(4, first.Length);
        Assert.Empty(first.Intersect(second));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("?! ... \n", "")]
    [InlineData("one two three", "L - -")]
    [InlineData("ask Anna now", "L N -")]
    [InlineData("Anna asks. Bob answers", "L S - -")] // a capital that begins a sentence names nobody
    [InlineData("in 1789 or v2", "L # - #")]
    [InlineData("the \"quoted words\" end", "L Q Q -")]
    [InlineData("the [in brackets] end", "L Q Q -")]
    [InlineData("run `code` now", "L Q -")]
    [InlineData("an \"open quote\nends here", "L Q Q L -")] // a line's end ends what was left open
    [InlineData("Name: Anna\nAge: 7", "LSB - LSB #")]
    [InlineData("你好 world", "LC C -")]
    [InlineData("问：答。好", "LCSB CS C")]
    [InlineData("「引用」后", "LCQ CQ C")]
    [InlineData("it “was so” then", "L Q Q -")]
    [InlineData("il « a dit » tout", "L Q Q -")]
    [InlineData("dash—here", "L -")]
    public void Kinds_WhenWordsFillSlotsOrNot_ThenEachIsToldApart(string prompt, string kinds) => Assert.Equal(kinds, Kinds(Read(prompt)));

    [Theory]
    [InlineData("plain words 123", Script.Latin)]
    [InlineData("123 456 ?!", Script.None)]
    [InlineData("", Script.None)]
    [InlineData("我们今天去北京", Script.Han)]
    [InlineData("今日は東京へ行きます", Script.Kana)]
    [InlineData("東京都中央区日本橋室の", Script.Han)] // one kana to ten of Han, and to nine
    [InlineData("東京都中央区日本橋の", Script.Kana)]
    [InlineData("сегодня в Москву", Script.Cyrillic)]
    [InlineData("اليوم إلى القاهرة", Script.Arabic)]
    [InlineData("आज दिल्ली जाना है", Script.Indic)]
    [InlineData("σήμερα στην Αθήνα", Script.Other)]
    [InlineData("😀😀😀", Script.Other)]
    public void Script_WhenMostLettersAreOfOne_ThenItIsThat(string prompt, Script script) => Assert.Equal(script, Read(prompt).Script);

    [Fact]
    public void Lengths_WhenWordsHaveBytes_ThenTheyAreTheirsAndNoMoreThan255()
    {
        var text = Read("a größe 你 " + new string('x', 300));
        Assert.Equal(new byte[] { 1, 7, 3, 255 }, text.Lengths.ToArray());
    }

    [Fact]
    public void Read_WhenAPromptIsLong_ThenItsFrontAndItsEndAreReadAndNothingBetween()
    {
        var front = string.Concat(Enumerable.Repeat("front ", PromptText.HeadBytes / 6));
        var end = string.Concat(Enumerable.Repeat("theend ", PromptText.TailBytes / 7)).PadLeft(PromptText.TailBytes);
        var expected = Read(front).Hashes.ToArray().Concat(Read(end).Hashes.ToArray());
        Assert.Equal(expected, Read(front + string.Concat(Enumerable.Repeat("between ", 1_000)) + end).Hashes.ToArray());
        Assert.Equal(PromptText.MostWords / 2, Read(string.Concat(Enumerable.Repeat("a ", 50_000))).Hashes.Length);
        Assert.Equal(1_024 + 342, Read(new string('你', 50_000)).Hashes.Length); // the character that the cut falls into is read whole
    }

    [Fact]
    public void Read_WhenTheCutFallsIntoACharacter_ThenNoHalfOfOneIsAWord()
    {
        for (var shift = 0; shift < 3; shift++)
        {
            var prompt = new string('x', shift) + new string('你', 5_000) + new string('y', shift);
            var words = Read(prompt).Hashes.ToArray().ToHashSet();
            Assert.Equal(shift == 0 ? 1 : 3, words.Count); // the one character, and what stands around it
        }
    }

    [Fact]
    public void Read_WhenItIsUsedAgain_ThenNothingOfThePromptBeforeIsThere()
    {
        var text = new PromptText();
        text.Read("an \"open quote 你好 1"u8, Seed);
        text.Read("two words"u8, Seed);
        Assert.Equal("L -", Kinds(text));
        Assert.Equal((Script.Latin, Read("two words").Hashes.ToArray().Length), (text.Script, text.Hashes.Length));
    }

    [Fact]
    public void Read_WhenBytesAreNoText_ThenNothingThrowsAndTheWordsAreBounded()
    {
        var random = new Random(14);
        var text = new PromptText();
        for (var run = 0; run < 3_000; run++)
        {
            var bytes = new byte[random.Next(run % 10 == 0 ? 9_000 : 40)];
            random.NextBytes(bytes);
            text.Read(bytes, Seed);
            Assert.InRange(text.Hashes.Length, 0, Math.Min(bytes.Length, PromptText.MostWords));
            Assert.Equal((text.Hashes.Length, text.Hashes.Length), (text.Kinds.Length, text.Lengths.Length));
        }

        foreach (var lead in new byte[] { 0xC3, 0xE4, 0xE2, 0xF0 })
        {
            text.Read([(byte)'a', (byte)' ', lead], Seed); // broken off in a character
            Assert.Equal(2, text.Hashes.Length);
        }
    }

    private static PromptText Read(string prompt, ulong seed = Seed)
    {
        var text = new PromptText();
        text.Read(Encoding.UTF8.GetBytes(prompt), seed);
        return text;
    }

    private static string Kinds(PromptText text) =>
        string.Join(
            ' ',
            text.Kinds.ToArray()
                .Select(kind =>
                {
                    (WordKind Kind, char Letter)[] letters =
                    [
                        (WordKind.LineStart, 'L'),
                        (WordKind.Character, 'C'),
                        (WordKind.Number, '#'),
                        (WordKind.Name, 'N'),
                        (WordKind.Quoted, 'Q'),
                        (WordKind.Stop, 'S'),
                        (WordKind.Label, 'B'),
                    ];
                    return kind == WordKind.Plain
                        ? "-"
                        : string.Concat(letters.Where(one => kind.HasFlag(one.Kind)).Select(one => one.Letter));
                })
        );
}
