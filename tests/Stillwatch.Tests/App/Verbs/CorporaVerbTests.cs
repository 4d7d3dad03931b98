using System.Text;
using System.Text.Json;
using Stillwatch.Tests.Corpora;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Verbs;

/// <summary><c>stillwatch corpora</c> as an operator uses it, and what a scan then says.</summary>
public sealed class CorporaVerbTests : IDisposable
{
    private const int Items = 800;

    private readonly LogFolder _folder = new();

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_WhenACampaignDealsItOut_ThenAScanNamesIt_AndWithoutItDoesNot()
    {
        var texts = CorpusTests.Texts(Items, seed: 1);
        var items = _folder.Write(
            "items.jsonl",
            Encoding.UTF8.GetBytes(string.Join('\n', texts.Select(text => $$"""{"question":{{JsonSerializer.Serialize(text)}}}""")))
        );
        var (status, output, error) = VerbTests.Run("corpora", "add", "made-bench", items, "--kind", "benchmark", "--data", Data);
        Assert.Equal((0, ""), (status, error));
        Assert.Contains($"the benchmark made-bench: {Items} items", output, StringComparison.Ordinal);
        (_, output, _) = VerbTests.Run("corpora", "list", "--data", Data);
        Assert.Matches($"made-bench\tbenchmark\t{Items}", output);

        var log = _folder.Write("log.jsonl", Encoding.UTF8.GetBytes(Log(texts, accounts: 12, each: 50)));
        var result = Scan(log, "--corpora", Path.Combine(Data, "corpora"));
        var campaign = Assert.Single(result.GetProperty("campaigns").EnumerateArray());
        Assert.Equal(12, campaign.GetProperty("accounts").GetArrayLength());
        Assert.Equal("corpus", campaign.GetProperty("flagged_for").GetProperty("cause").GetString());
        Assert.Equal("the benchmark made-bench", campaign.GetProperty("corpus").GetProperty("called").GetString());
        Assert.Contains("made-bench", campaign.GetProperty("brief").GetString(), StringComparison.Ordinal);
        Assert.Contains(result.GetProperty("notes").EnumerateArray(), note =>
            note.GetString()!.Contains("made-bench", StringComparison.Ordinal)
        );

        (status, _, _) = VerbTests.Run("corpora", "remove", "made-bench", "--data", Data);
        Assert.Equal(0, status);
        result = Scan(log, "--corpora", Path.Combine(Data, "corpora"));
        Assert.Empty(result.GetProperty("campaigns").EnumerateArray());

        // Too few to be flagged for where their tasks come from: a lead, with all that a reader of leads relies on.
        var lead = result
            .GetProperty("leads")
            .EnumerateArray()
            .First(lead => lead.GetProperty("lead_for").GetProperty("cause").GetString() == "source");
        Assert.All(lead.GetProperty("accounts").EnumerateArray(), account =>
            Assert.StartsWith("dealt", account.GetString(), StringComparison.Ordinal)
        );
        Assert.StartsWith("l-", lead.GetProperty("lead").GetString(), StringComparison.Ordinal);
        Assert.Equal(lead.GetProperty("accounts").GetArrayLength() * 50, lead.GetProperty("exchanges").GetInt32());
        Assert.InRange(lead.GetProperty("source").GetProperty("p").GetDouble(), 0.0001, 1);
        Assert.NotEmpty(lead.GetProperty("reasons").EnumerateArray());
    }

    [Theory]
    [InlineData("no FILE", "add", "a", "nothing.jsonl", "--kind", "benchmark")]
    [InlineData("NAME", "add", "../a", "items", "--kind", "benchmark")]
    [InlineData("kind", "add", "a", "items", "--kind", "other")]
    [InlineData("no corpus", "remove", "a")]
    public void Corpora_WhenItCannotBeDone_ThenOneLineSaysWhy_AndNothingIsKept(string what, params string[] arguments)
    {
        _folder.Write("items", Encoding.UTF8.GetBytes("one item of five words or more"));
        var given = arguments.Select(one => one is "items" or "nothing.jsonl" ? Path.Combine(_folder.Path, one) : one);
        var (status, _, error) = VerbTests.Run(["corpora", .. given, "--data", Data]);
        Assert.Equal(2, status);
        Assert.StartsWith("stillwatch: ", error, StringComparison.Ordinal);
        Assert.Contains(what == "no FILE" ? "nothing.jsonl" : what, error, StringComparison.Ordinal);
        Assert.Equal("", string.Concat(Directory.Exists(Data) ? Directory.GetFiles(Data, "*.corpus", SearchOption.AllDirectories) : []));
    }

    private JsonElement Scan(string log, params string[] arguments)
    {
        var result = Path.Combine(_folder.Path, "r.json");
        var (status, _, error) = VerbTests.Run(["scan", log, "--out", result, "--quiet", .. arguments]);
        Assert.True(status == 0, error);
        using var document = JsonDocument.Parse(File.ReadAllText(result));
        return document.RootElement.Clone();
    }

    /// <summary>A campaign that deals the items out, among people who come back to what concerns them.</summary>
    private static string Log(List<string> texts, int accounts, int each)
    {
        var random = new Random(7);
        List<(DateTimeOffset At, string Account, string Prompt)> all = [];
        var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < accounts * each; i++)
        {
            all.Add((start.AddDays(random.NextDouble() * 14), $"dealt{i % accounts}", "Q: " + texts[i] + "\nA:"));
        }

        for (var person = 0; person < 40; person++)
        {
            var hour = random.Next(24);
            for (var i = 0; i < 25; i++)
            {
                var at = start.AddDays(random.Next(14)).AddHours(hour + random.NextDouble() * 4);
                all.Add((at, $"person{person}", $"my garden number {person} has {random.Next(1000)} plants, what now?"));
            }
        }

        return string.Join(
            '\n',
            all.OrderBy(one => one.At)
                .Select(
                    (one, i) =>
                        $$"""{"id":"x{{i}}","time":"{{one.At:yyyy-MM-ddTHH:mm:ss.fffZ}}","account":"{{one.Account}}","request":{"model":"m","messages":[{"role":"user","content":{{JsonSerializer.Serialize(one.Prompt)}}}]},"status":200,"response":{"usage":{"prompt_tokens":31,"completion_tokens":64} } }"""
                )
        );
    }
}
