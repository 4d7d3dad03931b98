using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class ExchangeLineWriterTests
{
    [Fact]
    public void Write_WhenAllIsKnown_ThenTheLineIsThisOne()
    {
        // Written to disk and read by others: a change here is a new version of the exchange log.
        var record = new ExchangeRecord
        {
            Id = "x1",
            At = new EventTime(1_772_410_219_162_000),
            Account = "a\"1",
            Key = "k1",
            EndUser = "u1",
            Endpoint = "/v1/chat/completions",
            Dialect = Dialect.Chat,
            Model = "m",
            Client = new ClientFacts("1.2.3.4", 64503, "DE", "sdk/1", "t13d"),
            Request = Bytes("{ \"messages\" : [\n\"a b\\n\" ] }"),
            Status = 200,
            Outcome = Outcome.Complete,
            Response = Bytes("{\"usage\": {}}"),
            Forwarded = Bytes("{\"messages\": []}"),
            Received = Bytes("{\"r\": 1}"),
            LatencyMs = 12,
            FirstTokenMs = 0,
        };
        Assert.Equal(
            "{\"id\":\"x1\",\"time\":\"2026-03-02T00:10:19.162Z\",\"account\":\"a\\\"1\",\"key\":\"k1\",\"end_user\":\"u1\","
                + "\"endpoint\":\"/v1/chat/completions\",\"model\":\"m\","
                + "\"client\":{\"ip\":\"1.2.3.4\",\"asn\":64503,\"country\":\"DE\",\"user_agent\":\"sdk/1\",\"tls\":\"t13d\"},"
                + "\"request\":{\"messages\":[\"a b\\n\"]},\"status\":200,"
                + "\"outcome\":\"complete\",\"response\":{\"usage\":{}},\"request_forwarded\":{\"messages\":[]},"
                + "\"response_received\":{\"r\":1},\"latency_ms\":12,\"first_token_ms\":0}\n",
            Line(record)
        );
    }

    [Fact]
    public void Write_WhenLittleIsKnown_ThenWhatIsNotKnownIsLeftOut() =>
        Assert.Equal(
            "{\"id\":\"x\",\"time\":\"1970-01-01T00:00:00.000Z\",\"account\":\"a\",\"endpoint\":\"/\",\"request\":{},\"request_raw\":\"\","
                + "\"status\":0,\"outcome\":\"complete\",\"response\":null}\n",
            Line(Record("", ""))
        );

    [Theory]
    [InlineData("not json", "bm90IGpzb24=")]
    [InlineData("[1]", "WzFd")]
    [InlineData("{} {}", "e30ge30=")]
    [InlineData("{\"a\":1,}", "eyJhIjoxLH0=")]
    public void Write_WhenBodiesAreNoObjects_ThenTheirBytesAreKeptBeside(string body, string base64)
    {
        var line = JsonNode.Parse(Line(Record(body, body)))!;
        Assert.Equal(("{}", base64), (line["request"]!.ToJsonString(), (string?)line["request_raw"]));
        Assert.True(line.AsObject().ContainsKey("response"));
        Assert.Equal((null, base64), (line["response"]?.ToJsonString(), (string?)line["response_raw"]));
    }

    [Fact]
    public void Write_WhenTheAnswerIsAStream_ThenTheLineHasTheBodyThatItAmountsTo()
    {
        const string stream =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"index\":0,"
            + "\"delta\":{\"content\":\"b\"}}]}\n\ndata: [DONE]\n\n";
        var record = Record("{}", stream, isStream: true);
        record.Received = Bytes(stream.Replace("\"b\"", "\"c\""));
        var line = JsonNode.Parse(Line(record))!;
        Assert.Equal("ab", (string?)line["response"]!["choices"]![0]!["message"]!["content"]);
        Assert.Equal("ac", (string?)line["response_received"]!["choices"]![0]!["message"]!["content"]);
        record.Received = Bytes("{\"error\":{}}"); // one that failed before it streamed
        Assert.Equal("{\"error\":{}}", JsonNode.Parse(Line(record))!["response_received"]!.ToJsonString());
    }

    [Fact]
    public void Write_WhenARequestBeginsWithAMark_ThenItIsTheObjectBehindIt() =>
        Assert.Equal("{\"a\":1}", JsonNode.Parse(Line(Record("\uFEFF{\"a\":1}", "")))!["request"]!.ToJsonString());

    [Fact]
    public void Write_WhenARecordIsWrittenAndRead_ThenItIsTheSameExchange()
    {
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            var record = new ExchangeRecord
            {
                Id = "x",
                At = Rfc3339.Earliest,
                Account = "a",
                Endpoint = "/",
                Request = Bytes("{\"prompt\":\"Größe 😀\"}"),
                Response = Bytes("{\"content\":\"ja\"}"),
                Status = 200,
                Outcome = outcome,
            };
            var draft = new ExchangeDraft();
            Assert.True(ExchangeLineReader.Read(Bytes(Line(record)).AsSpan(0..^1), draft).Taken);
            Assert.Equal("Größe 😀", Encoding.UTF8.GetString(draft.Text(draft.Pieces[0])));
            Assert.Equal(outcome != Outcome.Complete, (draft.Traits & ExchangeTraits.Failed) != 0);
        }
    }

    [Theory]
    [InlineData(Outcome.Complete, "complete")]
    [InlineData(Outcome.ClientGone, "client_gone")]
    [InlineData(Outcome.UpstreamCut, "upstream_cut")]
    [InlineData(Outcome.Timeout, "timeout")]
    [InlineData(Outcome.Refused, "refused")]
    public void Word_WhenAnExchangeEnded_ThenItIsTheWordOfTheFormat(Outcome outcome, string word) =>
        Assert.Equal(word, ExchangeLineWriter.Word(outcome));

    [Fact]
    public void Compact_WhenAnyJsonIsGiven_ThenItSaysTheSameOnOneLine()
    {
        var random = new Random(9);
        string[] spaces = ["", "", " ", "\n", "\t", "\r\n  "];
        string[] strings = ["\"\"", "\" a  b \"", "\"\\\\\"", "\"\\\"\"", "\"\\\\\\\" x\"", "\"\\n\"", "\"{ }\"", "\"ä \""];
        for (var run = 0; run < 5_000; run++)
        {
            string Gap() => spaces[random.Next(spaces.Length)];
            string Value(int depth) =>
                Gap()
                + (depth > 3 ? 0 : random.Next(4)) switch
                {
                    1 => "[" + string.Join(',', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Value(depth + 1))) + "]",
                    2 => "{"
                        + string.Join(
                            ',',
                            Enumerable.Range(0, random.Next(1, 3)).Select(i => $"{Gap()}\"k {i}\"{Gap()}:{Value(depth + 1)}")
                        )
                        + "}",
                    3 => "-1.5e3",
                    _ => strings[random.Next(strings.Length)],
                }
                + Gap();
            var json = Value(0);
            using var before = JsonDocument.Parse(json);
            var compact = ExchangeLineWriter.Compact(Bytes(json));
            using var after = JsonDocument.Parse(compact);
            Assert.True(JsonElement.DeepEquals(before.RootElement, after.RootElement), json);
            Assert.DoesNotContain((byte)'\n', compact);
        }

        Assert.Equal(
            "{\"a b\":[1,\" \\\" \"]}",
            Encoding.UTF8.GetString(ExchangeLineWriter.Compact("{ \"a b\" :\r\n[ 1 , \" \\\" \" ]\t}"u8))
        );
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData(" {\"a\":[1]} \n", true)]
    [InlineData("{\"a\":1} x", false)]
    [InlineData("{}{}", false)]
    [InlineData("[{}]", false)]
    [InlineData("\"{}\"", false)]
    [InlineData("{\"a\":}", false)]
    [InlineData("{\"a\":1", false)]
    [InlineData("", false)]
    public void IsObject_WhenBytesAreOneObject_ThenAndOnlyThenItSaysSo(string json, bool expected) =>
        Assert.Equal(expected, ExchangeLineWriter.IsObject(Bytes(json)));

    [Fact]
    public void IsObject_WhenItIsTooDeepForALineOrNoUtf8_ThenItIsNone()
    {
        static byte[] Deep(int depth) => Bytes("{\"a\":" + new string('[', depth) + new string(']', depth) + "}");
        Assert.True(ExchangeLineWriter.IsObject(Deep(ExchangeLineReader.MostDepth - 3)));
        Assert.False(ExchangeLineWriter.IsObject(Deep(ExchangeLineReader.MostDepth - 2)));
        Assert.False(ExchangeLineWriter.IsObject([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]));
    }

    private static ExchangeRecord Record(string request, string response, bool isStream = false) =>
        new()
        {
            Id = "x",
            At = default,
            Account = "a",
            Endpoint = "/",
            Dialect = Dialect.Chat,
            Request = Bytes(request),
            Response = Bytes(response),
            IsStream = isStream,
        };

    private static string Line(ExchangeRecord record)
    {
        var output = new ArrayBufferWriter<byte>();
        ExchangeLineWriter.Write(record, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
