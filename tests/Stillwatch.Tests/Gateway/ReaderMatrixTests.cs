using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// What the gateway judges is what the model server reads: a matrix of fields, spellings, places, types and dialects against servers in Go,
/// JavaScript and Python that answer with what they read (<c>tests/readers</c>). What passes was read by none of them as something that is
/// denied, dearer, or hidden from the watch.
/// </summary>
public sealed class ReaderMatrixTests
{
    private const int Limit = 10_000;

    private static readonly string[] Flags =
    [
        "true",
        "\"true\"",
        "\"yes\"",
        "\"1\"",
        "1",
        "1.0",
        "1e0",
        "0",
        "0.0",
        "false",
        "\"false\"",
        "null",
        "[]",
        "{}",
        "[true]",
        "5",
        "-1",
    ];

    private static readonly string[] Numbers =
    [
        "20000",
        "20000.0",
        "2e4",
        "\"20000\"",
        "\"20000.0\"",
        "-1",
        "1e30",
        "9223372036854775808",
        "true",
        "null",
        "[20000]",
        "0",
        "5",
    ];

    private static readonly (string Field, string Tier, string[] Values)[] Fields =
    [
        ("logprobs", "logprobs", Flags),
        ("top_logprobs", "logprobs", Flags),
        ("prompt_logprobs", "logprobs", Flags),
        ("stream", "stream", Flags),
        ("n", "several", ["3", "3.0", "\"3\"", "\"3.0\"", "3e0", "1", "0", "-1", "null", "[3]", "true", "1e30"]),
        ("best_of", "several", ["3", "\"3\"", "3.0", "null", "1"]),
        ("tools", "tools", ["[{}]", "[{\"type\":\"function\"}]", "[]", "null", "{}", "{\"a\":1}"]),
        (
            "response_format",
            "structured",
            [
                "{\"type\":\"json_object\"}",
                "{\"type\":\"text\"}",
                "{\"type\":\"text\",\"type\":\"json_object\"}",
                "{\"Type\":\"json_object\"}",
                "{}",
                "null",
                "\"json_object\"",
                "{\"type\":\"text\",\"Type\":\"json_object\"}",
            ]
        ),
        (
            "messages",
            "media",
            [
                "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]",
                "[{\"role\":\"user\",\"content\":[{\"image_url\":\"x\"}]}]",
                "[{\"role\":\"user\",\"Content\":[{\"type\":\"image_url\"}]}]",
                "[{\"role\":\"user\",\"content\":\"a\",\"content\":[{\"type\":\"image_url\"}]}]",
            ]
        ),
        ("max_tokens", "limited", Numbers),
        ("max_completion_tokens", "limited", Numbers),
        ("model", "cheap", ["\"dear\"", "\"m1\"", "null", "[\"dear\"]", "1", "\"M1\"", "\"d\\u0065ar\""]),
        (
            "messages",
            "any",
            [
                "[{\"role\":\"user\",\"content\":\"hidden\"}]",
                "[{\"role\":\"user\",\"Content\":\"hidden\"}]",
                "[{\"role\":\"user\",\"content\":\"seen\",\"CONTENT\":\"hidden\"}]",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"Text\":\"hidden\"}]}]",
                "[{\"role\":\"user\",\"content\":\"seen\",\"content\":\"hidden\"}]",
                "null",
                "{}",
            ]
        ),
        ("prompt", "any", ["\"hidden\"", "[\"hidden\",\"two\"]", "[[\"hidden\"]]", "null", "[1,2]"]),
    ];

    private const string Config = """
        tiers:
          logprobs: { denied: [log-probabilities] }
          stream: { denied: [streaming] }
          several: { denied: [several-answers] }
          tools: { denied: [tools] }
          structured: { denied: [structured-output] }
          media: { denied: [non-text] }
          cheap: { models: [m1] }
          limited: { account: { output_tokens_per_minute: 10000 } }
          any: { key: { concurrent: 1000 } }
        """;

    [Theory]
    [InlineData("go")]
    [InlineData("node")]
    [InlineData("python3")]
    public async Task Requests_WhenTheyPass_ThenTheServerReadNothingThatTheGatewayWouldRefuse(string language)
    {
        using var reader = await StartAsync(language);
        using var folder = new LogFolder();
        await using var live = await LiveDeployment.StartAsync(
            [("gateway.health_seconds", "3600")],
            upstreams: [reader.Address],
            config: folder.Write("c.yaml", Config)
        );
        var keys = Fields
            .Select(field => field.Tier)
            .Distinct()
            .ToDictionary(tier => tier, tier => live.Running.Accounts.CreateKey("of-" + tier, null, tier, "test", null));
        List<string> differences = [];
        var (passed, refused, read) = (0, 0, 0);
        foreach (var (path, body, tier) in Requests())
        {
            var key = tier == "limited" ? live.Running.Accounts.CreateKey($"one-{passed + refused}", null, tier, "test", null) : keys[tier];
            using var answer = await live.Send(path, body, key);
            var said = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                refused++;
                if ((int)answer.StatusCode is not (400 or 403 or 404 or 429) || said.Length == 0)
                {
                    differences.Add($"{path} {body}: {answer.StatusCode} {said}");
                }

                continue;
            }

            passed++;
            foreach (var reading in JsonNode.Parse((string)JsonNode.Parse(said)!["id"]!)!.AsArray())
            {
                read++;
                if (Difference(reading!, tier, body) is { } difference)
                {
                    differences.Add($"{path} {body}: passes for tier '{tier}', but {language} reads {difference}");
                }
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences.Take(25))}");
        Assert.True(passed > 150 && refused > 1_000 && read > 120, $"{passed} passed, {refused} refused, {read} readings");
    }

    private static string? Difference(JsonNode reading, string tier, string body) =>
        tier switch
        {
            "logprobs" => (bool)reading["logprobs"]! ? "log-probabilities" : null,
            "stream" => (bool)reading["stream"]! ? "a stream" : null,
            "several" => (double)reading["answers"]! > 1 ? "several answers" : null,
            "tools" => (bool)reading["tools"]! ? "tools" : null,
            "structured" => (bool)reading["structured"]! ? "structured output" : null,
            "media" => (bool)reading["media"]! ? "an image" : null,
            "cheap" => (string?)reading["model"] != "m1" ? $"the model '{reading["model"]}'" : null,
            "limited" => (double)reading["most"]! * (double)reading["answers"]! > Limit ? $"{reading["most"]} tokens" : null,
            _ => Hidden(reading, body),
        };

    /// <summary>A text that the server reads and the watch does not.</summary>
    private static string? Hidden(JsonNode reading, string body)
    {
        var draft = new ExchangeDraft();
        ExchangeRecordReader.Read(
            new ExchangeRecord
            {
                Id = "x",
                At = new EventTime(1_772_409_600L * EventTime.Second),
                Account = "a",
                Endpoint = "",
                Dialect = Dialect.Chat,
                Request = Encoding.UTF8.GetBytes(body),
                Status = 200,
            },
            draft
        );
        List<string> seen = [];
        foreach (var piece in draft.Pieces)
        {
            seen.Add(Encoding.UTF8.GetString(draft.Text(new(piece.Start, piece.Length))));
        }

        return
            reading["texts"]
                ?.AsArray()
                .Select(text => (string)text!)
                .FirstOrDefault(text => !seen.Exists(one => one.Contains(text, StringComparison.Ordinal)))
                is { } hidden
            ? $"'{hidden}', which the watch does not"
            : null;
    }

    private static IEnumerable<(string Path, string Body, string Tier)> Requests()
    {
        foreach (var path in (string[])["/v1/chat/completions", "/v1/completions"])
        {
            var text = path == "/v1/completions" ? "\"prompt\":\"seen\"" : "\"messages\":[{\"role\":\"user\",\"content\":\"seen\"}]";
            foreach (var (field, tier, values) in Fields)
            {
                foreach (var value in values)
                {
                    foreach (var name in Spellings(field))
                    {
                        string[] rest =
                            field == "model" ? [text]
                            : field is "messages" or "prompt" ? ["\"model\":\"m1\""]
                            : ["\"model\":\"m1\"", text];
                        var said = $"\"{name}\":{value}";
                        var plain = field switch
                        {
                            "model" => "\"model\":\"m1\"",
                            "messages" or "prompt" => text,
                            "n" or "best_of" => $"\"{field}\":1",
                            "max_tokens" or "max_completion_tokens" => $"\"{field}\":5",
                            "tools" => "\"tools\":[]",
                            "response_format" => "\"response_format\":{\"type\":\"text\"}",
                            _ => $"\"{field}\":null",
                        };
                        yield return (path, $"{{{string.Join(',', [.. rest, said])}}}", tier);
                        yield return (path, $"{{{string.Join(',', [.. rest, plain, said])}}}", tier);
                        yield return (path, $"{{{string.Join(',', [said, .. rest, plain])}}}", tier);
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Spellings(string name)
    {
        yield return name;
        yield return char.ToUpperInvariant(name[0]) + name[1..];
        yield return name.ToUpperInvariant();
        yield return $"\\u{(int)name[0]:x4}{name[1..]}";
        if (name.Contains('s', StringComparison.Ordinal) || name.Contains('k', StringComparison.Ordinal))
        {
            yield return name.Replace('s', '\u017F').Replace('k', '\u212A');
        }
    }

    private static async Task<Reader> StartAsync(string language)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stillwatch.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        folder = Path.Combine(folder, "tests", "readers");
        string[] arguments = language switch
        {
            "go" => ["run", "reader.go"],
            "node" => ["reader.mjs"],
            _ => ["reader.py"],
        };
        Process? process = null;
        try
        {
            process = Process.Start(
                new ProcessStartInfo(language, arguments)
                {
                    WorkingDirectory = folder,
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                }
            );
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{language} is not installed");
        }

        return new Reader(process!, (await process!.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
    }

    private sealed record Reader(Process Process, string Address) : IDisposable
    {
        public void Dispose()
        {
            Process.Kill(entireProcessTree: true);
            Process.Dispose();
        }
    }
}
