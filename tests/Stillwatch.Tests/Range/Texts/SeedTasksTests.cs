using System.Text;
using Stillwatch.Range;
using Stillwatch.Range.Texts;
using Xunit;

namespace Stillwatch.Tests.Range.Texts;

public sealed class SeedTasksTests
{
    [Fact]
    public void Tasks_WhenSixtyThousandAreDrawn_ThenFiftyThousandDifferAndEachHasAnAnswer()
    {
        var with = new Filling(new Chance());
        var (prompt, reasoning, answer) = (new Utf8Text(), new Utf8Text(), new Utf8Text());
        var different = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 60_000; i++)
        {
            with.Chance.Begin((ulong)i * 977 + 5);
            with.Begin(Lexicon.English, with.Chance.Pick(Lexicon.English.Domains));
            prompt.Cut();
            reasoning.Cut();
            answer.Cut();
            SeedTasks.Write(with, prompt, reasoning, answer);
            Assert.True(answer.Length > 0);
            different.Add(prompt.ToString());
        }

        Assert.True(different.Count >= 50_000, $"{different.Count} differ");
    }

    [Fact]
    public void Questions_WhenDrawnInAllLanguages_ThenFiftyThousandDiffer()
    {
        var with = new Filling(new Chance());
        var text = new Utf8Text();
        var different = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 80_000; i++)
        {
            with.Chance.Begin((ulong)i);
            var lexicon = Lexicon.All[i % Lexicon.All.Count];
            with.Begin(lexicon, with.Chance.Pick(lexicon.Domains));
            text.Cut();
            with.Write("question", text);
            different.Add(text.ToString());
        }

        Assert.True(different.Count >= 50_000, $"{different.Count} differ");
        Assert.DoesNotContain(different, question => question.Contains('{', StringComparison.Ordinal));
    }

    [Fact]
    public void Arithmetic_WhenWorkedOut_ThenTheAnswerIsRight()
    {
        var with = new Filling(new Chance());
        var family = SeedTasks.All.Single(one => one.Name == "program-output");
        for (var i = 0; i < 50; i++)
        {
            var (prompt, reasoning, answer) = (new Utf8Text(), new Utf8Text(), new Utf8Text());
            with.Chance.Begin((ulong)i);
            with.Begin(Lexicon.English, Lexicon.English.Domains[0]);
            family.Write(with, prompt, reasoning, answer);
            Assert.Equal(
                int.Parse(answer.ToString()),
                Encoding.UTF8.GetString(reasoning.Span).Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(int.Parse)
            );
        }
    }

    [Fact]
    public void Languages_WhenCompared_ThenSharedFieldsStandInOneOrderWithAsManyWords()
    {
        foreach (var lexicon in Lexicon.All)
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(Lexicon.English.Domains[i].Name, lexicon.Domains[i].Name);
                Assert.True(
                    lexicon.Domains[i].Nouns.Length >= 12
                        && lexicon.Domains[i].Verbs.Length == 6
                        && lexicon.Domains[i].Adjectives.Length == 6,
                    $"{lexicon.Code} {lexicon.Domains[i].Name}"
                );
            }
        }
    }
}
