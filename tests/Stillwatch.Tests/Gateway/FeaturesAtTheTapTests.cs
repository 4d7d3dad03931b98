using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stillwatch.App.Configuration;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Corpora;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Vault;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// Features are taken once, as an exchange passes, and are those that would be taken of its record: the live watch opens no text.
/// </summary>
public sealed class FeaturesAtTheTapTests
{
    private const string Request =
        """{"model":"m","user":"u1","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Explain 3 ways, step by step, why the \"quiet\" harbour froze."}],"temperature":0.7,"metadata":{"a":1}}""";

    private static readonly Dialect[] Dialects =
    [
        Dialect.Chat,
        Dialect.Completions,
        Dialect.Messages,
        Dialect.Responses,
        Dialect.Embeddings,
        Dialect.CountTokens,
        Dialect.Gemini,
    ];

    [Fact]
    public async Task Features_WhenExchangesOfEveryKindWentThroughTheGateway_ThenThoseOnRecordAreThoseOfTheRecord()
    {
        await using var live = await LiveDeployment.StartAsync([("journal.seal.after_seconds", "3600")]);
        live.Upstream.Answer = Answer;
        List<string> streamed = [];
        foreach (var (path, body, anthropic) in Requests())
        {
            try
            {
                using var answer = await live.Send(path, body, anthropic: anthropic);
                streamed.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
            catch (HttpRequestException)
            {
                streamed.Add("broken off"); // as its upstream was
            }
        }

        await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == live.Running.Journal.Written);
        var folder = DataFolder.Make(live.Path);
        var (apart, whole) = (Read(live, folder, folder.Fingerprints), Read(live, folder, features: null));
        Assert.Equal(streamed.Count, whole.Count);
        Assert.Equal(whole.Count, apart.Count);
        Assert.All(apart.Zip(whole), pair =>
        {
            Assert.Equal(pair.Second.Account, pair.First.Account);
            Assert.True(
                Bytes(pair.Second.Features).SequenceEqual(Bytes(pair.First.Features)),
                $"{pair.Second.Id}: {pair.Second.Features.Traits} {pair.Second.Features.OutputTokens} of the record, "
                    + $"{pair.First.Features.Traits} {pair.First.Features.OutputTokens} as it passed"
            );
        });
        var missing = apart.Where(exchange => !exchange.WasTaken).Select(exchange => exchange.Id).ToList();
        Assert.True(missing.Count <= 2, $"of {apart.Count} exchanges the text was opened for {string.Join(", ", missing)}");
    }

    [Fact]
    public async Task Features_WhenTheyAreUnderAnotherKeyOrMissing_ThenTheyAreTakenOfTheRecord()
    {
        await using var live = await LiveDeployment.StartAsync([("journal.seal.after_seconds", "3600")]);
        using var answer = await live.Send("/v1/chat/completions", Request);
        await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 1);
        var folder = DataFolder.Make(live.Path);
        Assert.True(Assert.Single(Read(live, folder, folder.Fingerprints)).WasTaken);
        var other = Assert.Single(Read(live, folder, new KeyedHash(folder.Fingerprints.Seed + 1)));
        Assert.False(other.WasTaken);
        Assert.Equal("alice", other.Account);
    }

    /// <summary>A machine that lost its power may have the first half of an end on its disk: for every reader that is no end.</summary>
    [Fact]
    public async Task Features_WhenTheEndOfAFinishedSegmentIsTornBehindThem_ThenTheyDoNotCount()
    {
        using var folder = new Stillwatch.Tests.Logs.LogFolder();
        var data = Path.Combine(folder.Path, "data");
        await using (var live = await LiveDeployment.StartAsync([("journal.seal.after_seconds", "3600")], path: data))
        {
            using var answer = await live.Send("/v1/chat/completions", Request);
            await LiveDeployment.Until(() => live.Running.Watch.State.Exchanges == 1);
        }

        var files = DataFolder.Make(data);
        var segment = Directory.GetFiles(Path.Combine(data, "journal"), "*.swj").Single();
        Assert.Equal(1, Taken());
        var bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        var end = Enumerable
            .Range(8, bytes.Length / 8 - 8)
            .Select(at => at * 8)
            .Single(at => bytes.AsSpan(at).StartsWith("SWF1"u8) && bytes[at + 12] == (byte)FrameKind.End);
        bytes[end + Frame.Header + BitConverter.ToInt32(bytes, end + 4) - 1] ^= 1; // of the answer, behind the features
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(0, Taken());

        int Taken()
        {
            using var vault = new KeyVault(files.Vault, files.Master, durable: false, Stillwatch.Reports.SystemClock.Instance);
            using var reader = new JournalReader(new JournalOptions(Path.Combine(data, "journal")), vault)
            {
                Finished = true,
                Features = files.Fingerprints,
            };
            var taken = 0;
            while (reader.Read(out var entry))
            {
                taken += entry.Taken != null ? 1 : 0;
            }

            return taken;
        }
    }

    private static IEnumerable<(string Path, string Body, bool Anthropic)> Requests()
    {
        foreach (var dialect in Dialects)
        {
            var paths = Stillwatch.Exchanges.Dialects.WireFormat.Of(dialect).Paths;
            foreach (var way in new[] { "plain", "stream", "usage", "cut", "long", "tool", "wrong", "half" })
            {
                var stream = way is not ("plain" or "wrong") && dialect is not (Dialect.Embeddings or Dialect.CountTokens);
                var request = JsonSerializer.Serialize(
                    new Dictionary<string, object>
                    {
                        ["model"] = "m",
                        ["user"] = way,
                        ["stream"] = stream,
                        ["max_tokens"] = 50,
                        ["temperature"] = 0.3,
                        [
                            dialect switch
                            {
                                Dialect.Completions => "prompt",
                                Dialect.Responses or Dialect.Embeddings => "input",
                                _ => "messages",
                            }
                        ] = dialect is Dialect.Completions or Dialect.Responses or Dialect.Embeddings
                            ? $"The {way} harbour: 3 ways, \ud83d\ude00 please."
                            : new[] { new { role = "user", content = $"The {way} harbour" } },
                    }
                );
                if (dialect == Dialect.Gemini)
                {
                    // The model and the stream stand in the path; how it shall be answered is told by the text.
                    request = JsonSerializer.Serialize(
                        new
                        {
                            contents = new[] { new { role = "user", parts = new[] { new { text = $"The harbour #{way}#" } } } },
                            generationConfig = new { temperature = 0.3, maxOutputTokens = 50 },
                        }
                    );
                }

                yield return (
                    paths.Count > 0 ? paths[0]
                    : stream ? "/v1beta/models/m:streamGenerateContent?alt=sse"
                    : "/v1beta/models/m:generateContent",
                    request,
                    dialect is Dialect.Messages or Dialect.CountTokens
                );
            }
        }

        yield return ("/v1/chat/completions", Request, false);
        yield return ("/v1/chat/completions", "\ufeff" + Request, false);
        yield return ("/v1/chat/completions", "no JSON", false);
        yield return ("/v1/chat/completions", """{"model":"m","model":"m2","messages":[{"role":"user","content":"twice"}]}""", false);
        yield return ("/v1/chat/completions", """{"messages":[{"role":"user","content":"no model"}]}""", false);
        yield return (
            "/v1/messages",
            """{"model":"m","max_tokens":5,"metadata":{"user_id":"theirs"},"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"tool_result","content":"b"}]}]}""",
            true
        );
    }

    /// <summary>A model server that answers as the request's user says.</summary>
    private static async Task Answer(HttpContext http)
    {
        using var request = await JsonDocument.ParseAsync(http.Request.Body);
        var dialect = Stillwatch.Exchanges.Dialects.WireFormat.At(http.Request.Path.Value!)!.Dialect;
        var way =
            dialect == Dialect.Gemini ? request.RootElement.GetRawText().Split('#')[1]
            : request.RootElement.TryGetProperty("user", out var user) ? user.GetString()
            : "plain";
        var body = PlainAnswer.Make(dialect, request.RootElement, "x");
        if (way == "wrong")
        {
            await ScriptedUpstream.Json(http, """{"error":{"message":"no","type":"invalid_request_error"}}""", 400);
            return;
        }

        if (
            !(
                request.RootElement.TryGetProperty("stream", out var stream) && stream.GetBoolean()
                || http.Request.Path.Value!.Contains("streamGenerate", StringComparison.Ordinal)
            )
        )
        {
            await ScriptedUpstream.Json(http, System.Text.Encoding.UTF8.GetString(body));
            return;
        }

        using var whole = JsonDocument.Parse(body);
        var events = BodyToStream.Events(dialect, whole.RootElement, usage: way == "usage", recorded: false).ToList();
        switch (way)
        {
            case "long":
                // More than is held: parts go on record before the end.
                var again = Enumerable.Range(0, 2_000).Select(i => i % 50 == 0 ? events[2] + ": a comment\n\n" : events[2]);
                await ScriptedUpstream.Events(
                    http,
                    [events[0], events[1], .. again.Chunk(100).Select(chunk => string.Concat(chunk)), .. events[2..]]
                );
                break;
            case "cut":
                await ScriptedUpstream.Events(http, [.. events[..(events.Count / 2)]]);
                http.Abort();
                break;
            case "half":
                await ScriptedUpstream.Events(http, [string.Concat(events[..^1]), events[^1][..^1]]);
                break;
            case "tool" when dialect == Dialect.Messages:
                const string Tool =
                    "event: content_block_start\ndata: "
                    + "{\"type\":\"content_block_start\",\"index\":7,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}\n\n"
                    + "event: content_block_delta\ndata: "
                    + "{\"type\":\"content_block_delta\",\"index\":7,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"text\\\":\\\"abc\\\"}\"}}\n\n";
                await ScriptedUpstream.Events(http, [events[0], Tool, .. events[1..]]);
                break;
            default:
                await ScriptedUpstream.Events(http, [.. events]);
                break;
        }
    }

    private static List<(string Id, string Account, bool WasTaken, ExchangeFeatures Features)> Read(
        LiveDeployment live,
        DataFolder folder,
        KeyedHash? features
    )
    {
        List<(string, string, bool, ExchangeFeatures)> read = [];
        using var vault = new KeyVault(folder.Vault, folder.Master, durable: false, Stillwatch.Reports.SystemClock.Instance);
        using var reader = new JournalReader(live.Running.Settings.Journal, vault)
        {
            WrittenTo = () => live.Running.Journal.Frames.Readable,
            Features = features,
        };
        var exchange = new EntryExchange(features ?? folder.Fingerprints, CorpusIndex.None);
        while (reader.Read(out var entry))
        {
            if (exchange.Take(entry) == true)
            {
                read.Add(
                    (
                        entry.Record is { } record ? $"{record.Endpoint} {record.EndUser}" : "",
                        exchange.Account,
                        entry.Taken != null,
                        exchange.Features
                    )
                );
            }
        }

        return read;
    }

    private static ReadOnlySpan<byte> Bytes(in ExchangeFeatures features) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<ExchangeFeatures>(in features));
}
