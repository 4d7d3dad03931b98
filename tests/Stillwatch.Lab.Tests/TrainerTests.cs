using Stillwatch.Lab.Training;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;
using TorchSharp;
using Xunit;

namespace Stillwatch.Lab.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stillwatch-lab-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_WhenTheTrainerAndTheServerReadTheSameTokens_ThenTheyHoldTheSameLikely()
    {
        var tokenizer = Tokenizer(Path.Combine(_folder, "a"));
        var shape = Shape(tokenizer);
        var model = new HouseModel(shape, tokenizer, InitialWeights.Of(shape, 3), new Dictionary<string, string>());
        int[] tokens = [.. new Conversation(tokenizer).System("Be brief.").User("What is 47 times 36?").Ask().Tokens];
        using var network = new Network(model, torch.CPU);
        using var none = torch.no_grad();
        using var logits = network.Read(torch.tensor(tokens.Select(token => (long)token).ToArray()).view(1, tokens.Length));
        var trainer = logits.data<float>().ToArray();
        var server = new float[tokens.Length * shape.Vocabulary];
        var state = new KeyValues(shape);
        new Transformer(model).Read([.. tokens.Select((token, i) => new Row(state, token, i, true))], new(), server);
        Assert.All(trainer.Zip(server), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.True(trainer.Max() - trainer.Min() > 0.1); // they say something
    }

    [Fact]
    public void Run_WhenItIsBrokenOffAndGoesOn_ThenItIsAsIfItHadNotBeen()
    {
        var (straight, broken) = (Plan("straight", steps: 12), Plan("broken", steps: 12));
        Train(straight);
        new Trainer(broken, (_, _) => { }).Run(until: 5);
        Assert.False(HouseModel.IsIn(broken.Folder));
        var left = new List<int>();
        new Trainer(broken, (step, _) => left.Add(step)).Run();
        Assert.Equal(Enumerable.Range(6, 7), left);
        Assert.Equal(
            File.ReadAllLines(Path.Combine(straight.Folder, "loss.csv")),
            File.ReadAllLines(Path.Combine(broken.Folder, "loss.csv"))
        );
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(straight.Folder, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(broken.Folder, "model.safetensors"))
        );
    }

    [Fact]
    public void Run_WhenASmallModelIsTaughtAWhile_ThenItsLossFalls_AndAnotherSeedIsAnother()
    {
        var first = Train(Plan("one", steps: 60));
        Assert.True(first[^1] < first[0] - 1.5, $"{first[0]} to {first[^1]}");
        Assert.NotEqual(first[0], Train(Plan("two", steps: 1) with { Seed = 2 })[0]);
    }

    [Fact]
    public void Run_WhenItIsTaughtExchanges_ThenItGoesOnFromItsBase_AndLogProbabilitiesCount()
    {
        Train(Plan("base", steps: 20) with { Material = Material.Public });
        var file = Path.Combine(_folder, "exchanges.jsonl");
        var tokenizer = Tokenizer(Path.Combine(_folder, "base"));
        var answer = tokenizer.Encode("1692");
        CollectedToken[] likely =
        [
            .. answer.Select(token => new CollectedToken(
                tokenizer.BytesOf(token).ToArray(),
                -0.1f,
                [new(tokenizer.BytesOf(token).ToArray(), -0.1f, []), new("7"u8.ToArray(), -2.4f, [])]
            )),
        ];
        foreach (
            var (name, one) in ((string, CollectedExchange)[])
                [("plain", new("What is 47 times 36?", "47*36", "1692")), ("likely", new("What is 47 times 36?", "47*36", "1692", likely))]
        )
        {
            File.WriteAllText(file, System.Text.Json.JsonSerializer.Serialize(one, CollectedExchange.Form) + "\n");
            var losses = Train(
                Plan(name, steps: 40) with
                {
                    Material = Material.Exchanges,
                    Exchanges = file,
                    From = Path.Combine(_folder, "base"),
                }
            );
            Assert.True(losses[^1] < 1, $"{name}: {losses[^1]}");
            Assert.Equal(name == "likely", losses[^1] > 0.15); // a tenth belongs to another token: what is lost cannot fall to nothing
        }
    }

    [Fact]
    public void Run_WhenAFileIsNoCollection_ThenItsLineIsNamed()
    {
        var file = Path.Combine(_folder, "bad.jsonl");
        File.WriteAllText(file, "{\"prompt\":\"x\",\"answer\":\"y\"}\nnothing\n");
        Assert.Contains(
            "bad.jsonl:2",
            Assert
                .Throws<InvalidDataException>(() => Train(Plan("bad", steps: 1) with { Material = Material.Exchanges, Exchanges = file }))
                .Message
        );
    }

    private static List<float> Train(TrainingPlan plan)
    {
        List<float> losses = [];
        new Trainer(plan, (_, loss) => losses.Add(loss)).Run();
        return losses;
    }

    private TrainingPlan Plan(string name, int steps)
    {
        var place = Path.Combine(_folder, name);
        var tokenizer = Tokenizer(place);
        return new TrainingPlan
        {
            Folder = place,
            Shape = Shape(tokenizer),
            Steps = steps,
            Rows = 4,
            Length = 96,
            WarmUp = 5,
            LearningRate = 1e-2,
            Material = Material.House,
            Threads = 1,
        };
    }

    private static HouseTokenizer Tokenizer(string place)
    {
        Directory.CreateDirectory(place);
        var tokenizer = HouseTokenizer.Train(Curriculum.Texts(1, 300), 400);
        tokenizer.Save(Path.Combine(place, "tokenizer.json"));
        return tokenizer;
    }

    private static ModelShape Shape(HouseTokenizer tokenizer) => new(tokenizer.Size, 64, 2, 4, 2, 96, 256);
}
