using Stillwatch.Range;
using Stillwatch.Range.House.Lessons;
using Xunit;

namespace Stillwatch.Tests.Range.House;

public sealed class LessonTests
{
    [Fact]
    public void Lessons_WhenListed_ThenTheirSharesAreAWhole()
    {
        Assert.Equal(1, Lesson.All.Sum(lesson => lesson.Share), 6);
        Assert.Equal(1, Lesson.All.Sum(lesson => lesson.PublicShare), 6);
        Assert.Equal(
            ["arithmetic", "code", "itself", "logic", "recall", "style"],
            Lesson.All.Where(lesson => lesson.Share > 0).Select(lesson => lesson.Skill).Distinct().Order()
        );
    }

    [Fact]
    public void Answers_WhenGivenBack_ThenTheyAreRightAndOthersAreNot()
    {
        foreach (var lesson in Lesson.All)
        {
            var chance = new Chance().Begin(3);
            for (var i = 0; i < 100; i++)
            {
                var task = lesson.Draw(chance, exam: false);
                Assert.True(lesson.IsRight(task, task.Answer), task.Answer);
                Assert.False(lesson.IsRight(task, "I do not know."), lesson.Name);
                Assert.False(lesson.IsRight(task, task.Answer + task.Answer) && lesson.Skill != "style", lesson.Name);
            }
        }
    }

    [Fact]
    public void HeldOut_WhenTasksAreDrawnForTeaching_ThenNoneOfTheExamsIsAmongThem()
    {
        foreach (var lesson in Lesson.All.Where(lesson => lesson.HoldsOut))
        {
            var chance = new Chance().Begin(4);
            var taught = Enumerable.Range(0, 2_000).Select(_ => lesson.Draw(chance, exam: false).Beneath).ToHashSet();
            Assert.DoesNotContain(Enumerable.Range(0, 200).Select(_ => lesson.Draw(chance, exam: true).Beneath), taught.Contains);
        }
    }

    [Theory]
    [InlineData("addition", '+')]
    [InlineData("subtraction", '-')]
    [InlineData("multiplication", '*')]
    public void Arithmetic_WhenItIsWorkedOut_ThenEveryStepIsTrue(string name, char sign)
    {
        var lesson = Lesson.All.Single(lesson => lesson.Name == name);
        var chance = new Chance().Begin(5);
        for (var i = 0; i < 2_000; i++)
        {
            var task = lesson.Draw(chance, exam: false);
            var (whole, steps) = (task.Reasoning[..task.Reasoning.IndexOf(':')], task.Reasoning[(task.Reasoning.IndexOf(':') + 1)..]);
            var numbers = whole.Split(sign).Select(int.Parse).ToArray();
            Assert.Equal(
                int.Parse(task.Answer),
                sign == '+' ? numbers[0] + numbers[1]
                    : sign == '-' ? numbers[0] - numbers[1]
                    : numbers[0] * numbers[1]
            );
            foreach (var step in steps.Split(',', ';', ':').Where(step => step.Contains('=')))
            {
                var sides = step.Split('=');
                Assert.Equal(Value(sides[0]), int.Parse(sides[1].Split('+')[0])); // "4*7=28+2=30": what comes, and with the carry
                Assert.Equal(Value(sides[1]), Value(sides[^1]));
            }
        }
    }

    [Fact]
    public void Ordering_WhenItIsWorkedOut_ThenTheRowOfNamesFollowsFromWhatWasTold()
    {
        var lesson = Lesson.All.Single(lesson => lesson.Name == "ordering");
        var chance = new Chance().Begin(6);
        for (var i = 0; i < 500; i++)
        {
            var task = lesson.Draw(chance, exam: false);
            var above = task
                .Prompt.Split(". ")[..^1]
                .Select(told => told.Split(' '))
                .Select(words => words[2] is "taller" or "older" or "faster" ? (words[0], words[4]) : (words[4], words[0]))
                .ToList();
            var row = above.SelectMany(pair => (string[])[pair.Item1, pair.Item2]).Distinct().ToList();
            row.Sort(
                (a, b) =>
                    Reaches(above, a, b) ? -1
                    : a == b ? 0
                    : 1
            );
            Assert.Equal(
                task.Prompt.EndsWith("tallest?", StringComparison.Ordinal)
                || task.Prompt.EndsWith("oldest?", StringComparison.Ordinal)
                || task.Prompt.EndsWith("fastest?", StringComparison.Ordinal)
                    ? row[0]
                    : row[^1],
                task.Answer
            );
            Assert.EndsWith(
                $":{string.Join('>', row.Select(name => $" {name}"))}. {(task.Answer == row[0] ? "first" : "last")}: {task.Answer}",
                task.Reasoning,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Facts_WhenListed_ThenNoTwoHaveOneAnswer()
    {
        var lesson = Lesson.All.Single(lesson => lesson.Name == "recall");
        var chance = new Chance().Begin(7);
        var answers = Enumerable.Range(0, 20_000).Select(_ => lesson.Draw(chance, exam: false)).GroupBy(task => task.Answer);
        Assert.All(answers, answer => Assert.Single(answer.Select(task => task.Beneath).Distinct()));
        Assert.Equal(Recall.Count, answers.Count());
    }

    private static bool Reaches(List<(string, string)> above, string from, string to) =>
        above.Exists(pair => pair.Item1 == from && (pair.Item2 == to || Reaches(above, pair.Item2, to)));

    /// <summary>A sum, difference or product of a few numbers, as steps are written: products bind more.</summary>
    private static int Value(string side)
    {
        var sums = side.Split('+');
        return sums.Sum(part => part.Split('-') is [var first, .. var rest] ? Product(first) - rest.Sum(Product) : 0);
    }

    private static int Product(string part) => part.Split('*').Select(int.Parse).Aggregate((a, b) => a * b);
}
