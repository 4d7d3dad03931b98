using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.App.Trials.House;
using Stillwatch.App.Trials.Ranges;
using Stillwatch.Range;
using Stillwatch.Range.House.Distilling;
using Stillwatch.Range.House.Lessons;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;
using Stillwatch.Range.Scenarios;
using Stillwatch.Tests.Range.House;
using Xunit;

namespace Stillwatch.Tests.App.Trials.House;

public sealed class DistilTests
{
    [Fact]
    public void SeedSet_WhenItIsDrawn_ThenNoTaskOfAnExamIsInIt_AndASmallerOneIsItsBeginning()
    {
        var prompts = SeedSet.Of(1, 3_000);
        Assert.Equal(prompts.Take(100), SeedSet.Of(1, 100));
        foreach (var lesson in Lesson.All.Where(lesson => lesson.Share > 0 && lesson.HoldsOut))
        {
            var chance = new Chance().Begin(7);
            Assert.DoesNotContain(
                Enumerable.Range(0, 500).Select(_ => lesson.Draw(chance, exam: true).Prompt),
                prompts.ToHashSet().Contains
            );
        }
    }

    [Fact]
    public void Table_WhenSeedsDiffer_ThenTheIntervalIsStudents()
    {
        IReadOnlyDictionary<string, int> Right(int recall) =>
            Students.Examined.ToDictionary(lesson => lesson.Name, lesson => lesson.Name == "recall" ? recall : 0);
        var mean = DistilTable.Of([Right(100), Right(120), Right(140)], "recall", 200);
        Assert.Equal(0.6, mean.Value, 1e-9);
        Assert.Equal(4.302653 * 0.1 / Math.Sqrt(3), mean.Half, 1e-4); // t with two degrees of freedom
        Assert.Equal("50.0 %", DistilTable.Of([Right(100)], "recall", 200).ToString());
        Assert.Equal("55.0 % (50.0 to 60.0)", DistilTable.Of([Right(100), Right(120)], "recall", 200).ToString());
    }

    [Fact]
    public void File_WhenItIsReadAgain_ThenItIsTheSame_AndWhatIsNoneIsNamed()
    {
        var path = Path.GetTempFileName();
        try
        {
            var right = new Dictionary<string, int> { ["recall"] = 7 };
            new DistilFile(1, new("ready", 1, 10, right), [], [new("full", 0.1, 100, 2, right)], 200, 1_000, 600, "0.1.0").Save(path);
            Assert.Equal(
                """
                {
                  "version": 1,
                  "teacher": {
                    "name": "ready",
                    "seed": 1,
                    "parameters": 10,
                    "right": {
                      "recall": 7
                    }
                  },
                  "siblings": [],
                  "students": [
                    {
                      "arm": "full",
                      "share": 0.1,
                      "exchanges": 100,
                      "seed": 2,
                      "right": {
                        "recall": 7
                      }
                    }
                  ],
                  "tasks": 200,
                  "seed_set": 1000,
                  "steps": 600,
                  "program": "0.1.0"
                }
                """,
                File.ReadAllText(path)
            ); // docs/formats/curve.md: others read it
            Assert.Equal(7, DistilFile.Load(path).Students[0].Right["recall"]);
            Assert.Equal("–", DistilTable.Of([DistilFile.Load(path).Teacher.Right], "arithmetic", 200).ToString());
            foreach (
                var wrong in (string[])
                    [
                        "{\"version\":9}",
                        "{\"version\":1,\"teacher\":{},\"siblings\":[],\"students\":[],\"tasks\":200}",
                        "{\"version\":1",
                        "[]",
                        "",
                    ]
            )
            {
                File.WriteAllText(path, wrong);
                Assert.Contains(path, Assert.Throws<UnusableInputException>(() => DistilFile.Load(path)).Message);
            }

            Assert.Contains(Path.GetTempPath(), Assert.Throws<UnusableInputException>(() => DistilFile.Load(Path.GetTempPath())).Message);
            Assert.True(DistilFile.Load(null) is { Students.Count: > 0, Siblings.Count: > 0 }); // the built-in one
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void File_WhenAnotherRunGoesOn_ThenWhatTheFirstFoundStays()
    {
        IReadOnlyDictionary<string, int> Right(int right) => new Dictionary<string, int> { ["recall"] = right };
        DistilFile Of(int right, params (string Arm, int Exchanges, ulong Seed)[] students) =>
            new(
                1,
                new("ready", 1, 10, Right(9)),
                [new("sibling", students[0].Seed, 5, Right(right))],
                [
                    .. students.Select(one => new DistilFile.Student(
                        one.Arm,
                        one.Exchanges / 1_000.0,
                        one.Exchanges,
                        one.Seed,
                        Right(right)
                    )),
                ],
                200,
                1_000,
                600,
                "0.1.0"
            );
        var both = Of(2, ("withheld", 100, 1), ("full", 100, 1)).With(Of(1, ("full", 1_000, 2), ("full", 100, 1)));
        Assert.Equal(
            [("full", 1_000, 2UL, 1), ("full", 100, 1UL, 2), ("withheld", 100, 1UL, 2)],
            both.Students.Select(one => (one.Arm, one.Exchanges, one.Seed, one.Right["recall"]))
        );
        Assert.Equal([1UL, 2UL], both.Siblings.Select(one => one.Seed));
        Assert.Equal(both.Students, both.With(null).Students);
    }

    [Fact]
    public void Report_WhenItIsWritten_ThenEverySkillIsInIt()
    {
        IReadOnlyDictionary<string, int> right = Students.Examined.ToDictionary(lesson => lesson.Name, _ => 50);
        var file = new DistilFile(
            1,
            new("ready", 1, 10, right),
            [new("base", 1, 5, right)],
            [new("full", 1, 1_000, 1, right), new("full", 0.1, 100, 1, right)],
            200,
            1_000,
            600,
            "0.1.0"
        );
        using var stream = new MemoryStream();
        DistilReport.Write(file, stream);
        var page = Encoding.UTF8.GetString(stream.ToArray());
        Assert.All(DistilTable.Skills, skill => Assert.Contains($"<h3>{skill}</h3>", page));
        Assert.Contains("25.0 %", page);
    }

    [Fact]
    public void Exchanges_WhenLogProbabilitiesWereHandedOut_ThenTheyStandAtTheAnswersTokens()
    {
        var path = Path.GetTempFileName();
        try
        {
            var tokenizer = Models.Tokenizer;
            var answer = tokenizer.Encode("Velmar.");
            CollectedToken[] likely =
            [
                .. answer.Select(token => new CollectedToken(
                    tokenizer.BytesOf(token).ToArray(),
                    -0.5f,
                    [new(tokenizer.BytesOf(token).ToArray(), -0.5f, [])]
                )),
            ];
            File.WriteAllText(
                path,
                System.Text.Json.JsonSerializer.Serialize(
                    new CollectedExchange("Name it.", "so", "Velmar.", likely),
                    CollectedExchange.Form
                ) + "\n"
            );
            var document = ExchangeDocuments.Read(path, tokenizer).Of(1, 1).First();
            Assert.Equal(Special.Think, document.Tokens[document.Taught]);
            Assert.Equal(Special.End, document.Tokens[^1]);
            var told = document.Likely!;
            Assert.Equal(document.Tokens.Count - document.Taught, told.Count);
            for (var i = 0; i < told.Count; i++)
            {
                var isAnswer = i >= told.Count - 1 - answer.Count && i < told.Count - 1;
                Assert.Equal(isAnswer ? [(document.Tokens[document.Taught + i], -0.5f)] : [], told[i]);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task ContainedCampaign_WhenItIsOver_ThenWhatLeakedIsWhatTheLabHad_AndNobodyElseIsTouched()
    {
        var folder = Directory.CreateTempSubdirectory("stillwatch-campaign-").FullName;
        try
        {
            var model = Models.ByChance(new ModelShape(Models.Tokenizer.Size, 32, 1, 2, 1, 32, 4096), 1);
            var (outcome, asked) = await ContainedCampaign.RunAsync(
                model,
                seed: 1,
                scale: 0.2,
                Exposure.Full,
                folder,
                quiet: true,
                TestContext.Current.CancellationToken
            );
            Assert.Equal(asked.Count, outcome.Asked);
            Assert.Equal(0, outcome.Failed);
            Assert.Equal(0, outcome.HonestStopped);
            Assert.NotNull(outcome.Found);
            Assert.InRange(outcome.Leaked, 1, outcome.Asked / 2);
            var leaked = File.ReadAllLines(Path.Combine(folder, ContainedCampaign.LeakedName))
                .Select(line => System.Text.Json.JsonSerializer.Deserialize<CollectedExchange>(line, CollectedExchange.Form)!)
                .ToList();
            Assert.Equal(outcome.Leaked, leaked.Count);
            Assert.All(leaked, exchange => Assert.Contains(asked, request => request.Prompt == exchange.Prompt));
            Assert.Equal((double)outcome.Leaked, outcome.Curve[^1].Answers);
            Assert.Contains("campaign", File.ReadAllText(Path.Combine(folder, "campaigns.html")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void CampaignTraffic_WhenItIsMade_ThenTheLabAsksTheSeedSet_AndOthersTheirOwn()
    {
        var traffic = CampaignTraffic.Of(Stage.Set(ScenarioFile.Read("demo"), 3, 0.1), 3);
        var lab = traffic.Requests.Where(request => request.Prompt != null).ToList();
        Assert.NotEmpty(lab);
        Assert.All(lab, request => Assert.Contains(request.Demo.Account, traffic.Lab));
        Assert.Equal(SeedSet.Of(3, lab.Count), lab.Select(request => request.Prompt));
        Assert.Equal(
            traffic.Requests.OrderBy(request => request.Demo.At.Micros).Select(request => request.Demo.Id),
            traffic.Requests.Select(request => request.Demo.Id)
        );
        foreach (var request in traffic.Requests)
        {
            var body = JsonNode.Parse(request.Demo.Body)!;
            Assert.Equal("stillwatch-house", (string?)body["model"]);
            Assert.Equal(128, (int)body["max_tokens"]!); // of everybody alike
            Assert.Null(body["stream"]);
        }
    }
}
