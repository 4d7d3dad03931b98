using Stillwatch.Range.House.Lessons;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;
using Xunit;

namespace Stillwatch.Tests.Range.House;

public sealed class TrainingMaterialTests
{
    [Fact]
    public void Curriculum_WhenAStepIsDrawnTwice_ThenItIsTheSame_AndAnotherStepIsAnother()
    {
        var house = new Curriculum(Models.Tokenizer, isPublic: false);
        static int[][] Of(IDocuments documents, int step) =>
            [.. documents.Of(1, step).Take(20).Select(document => document.Tokens.ToArray())];
        Assert.Equal(Of(house, 3), Of(house, 3));
        Assert.NotEqual(Of(house, 3), Of(house, 4));
    }

    [Fact]
    public void Curriculum_WhenItIsPublic_ThenNothingOfTheHouseIsInIt()
    {
        var text = string.Concat(
            new Curriculum(Models.Tokenizer, isPublic: true)
                .Of(1, 1)
                .Take(3_000)
                .Select(document => Models.Tokenizer.Decode(document.Tokens) + "\n")
        );
        Assert.DoesNotContain(Everyday.Ends, text);
        Assert.DoesNotContain("heraldic", text);
        Assert.DoesNotContain("tallest", text);
    }

    [Fact]
    public void Packing_WhenDocumentsArePacked_ThenEachTaughtTokenIsTaughtOnce_AndNothingElse()
    {
        Document[] documents =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i => new Document([.. Enumerable.Range(0, 5 + i % 20).Select(k => 100 * (i + 1) + k)], Taught: 3)),
        ];
        var packed = Packing.Of(documents, rows: 20, length: 64);
        var taught = packed.Targets.Where(target => target != Packing.Untaught).ToList();
        Assert.Equal(taught.Count, taught.Distinct().Count());
        Assert.All(taught, target => Assert.True(target % 100 >= 3));
        Assert.Equal(documents.SelectMany(document => document.Tokens.Skip(3)).Select(token => (long)token).Order(), taught.Order());
        for (var i = 0; i < packed.Targets.Length; i++)
        {
            Assert.True(
                packed.Targets[i] == Packing.Untaught || packed.Inputs[i] == packed.Targets[i] - 1,
                "what is read there is the token before it"
            );
        }
    }

    [Fact]
    public void Packing_WhenADocumentIsLongerThanARow_ThenItIsCut()
    {
        var packed = Packing.Of([new Document([.. Enumerable.Range(1, 100)], 1)], rows: 1, length: 32);
        Assert.Equal(Enumerable.Range(1, 32).Select(token => (long)token), packed.Inputs);
        Assert.Equal(Enumerable.Range(2, 32).Select(token => (long)token), packed.Targets);
    }

    [Fact]
    public void Plan_WhenItIsReadAgain_ThenItIsTheSame_AndWhereItLiesDoesNotCount()
    {
        var folder = Directory.CreateTempSubdirectory("stillwatch-plan-").FullName;
        try
        {
            var path = Path.Combine(folder, TrainingPlan.Name);
            var plan = new TrainingPlan
            {
                Folder = "/a/student",
                Shape = new ModelShape(400, 32, 2, 2, 1, 64),
                Steps = 7,
                Material = Material.Exchanges,
                Lessons = Curriculum.Digest,
                Exchanges = "/a/student/exchanges.jsonl",
                From = "/a/base-1",
            };
            plan.Save(path);
            Assert.Equal(plan, TrainingPlan.Of(folder));
            Assert.True(plan.IsAs(plan with { Folder = "/b/student", Exchanges = "/b/student/exchanges.jsonl", From = "/b/base-1" }));
            Assert.All(
                (TrainingPlan[])
                    [
                        plan with
                        {
                            Steps = 8,
                        },
                        plan with
                        {
                            Threads = 1,
                        },
                        plan with
                        {
                            From = "/a/base-2",
                        },
                        plan with
                        {
                            Lessons = "others",
                        },
                        plan with
                        {
                            Shape = plan.Shape with { Layers = 3 },
                        },
                    ],
                other => Assert.False(plan.IsAs(other))
            );
            Assert.DoesNotContain("tensors", File.ReadAllText(path));
            File.WriteAllText(path, "{");
            Assert.Null(TrainingPlan.Of(folder));
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => TrainingPlan.Load(path)).Message);
            Assert.Null(TrainingPlan.Of(Path.Combine(folder, "nowhere")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Conversation_WhenItIsToldAgain_ThenEarlierReasoningIsNot()
    {
        var tokens = new Conversation(Models.Tokenizer).System("s").User("u").Assistant("a").User("v").Ask().Tokens;
        Assert.Equal(
            [Special.System, Special.User, Special.Assistant, Special.End, Special.User, Special.Assistant],
            tokens.Where(token => token < Special.Names.Count)
        );
    }
}
