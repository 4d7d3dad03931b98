using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

/// <summary>
/// A record read straight is the record written as a line and that line read: the live watch and a scan of the same exchanges must agree.
/// </summary>
public sealed class ExchangeRecordReaderTests
{
    private static readonly string[] Requests =
    [
        """{"model":"m","user":"u","messages":[{"role":"system","content":"Be"},{"role":"user","content":[{"type":"text","text":"Hi \ud83d\ude00 \ud800"},{"type":"image_url","image_url":{"url":"u"}}]}],"temperature":0.5,"n":2,"stream":true}""",
        "{ \"model\" : \"x\",\r\n\t\"messages\" : [ { \"role\" : \"user\", \"content\" : \"two  words\\n\\\" } {\" } ],\n "
            + "\"logprobs\":true }",
        """{"instructions":"Be","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Once"}]},{"type":"function_call_output","output":"42"}],"previous_response_id":"r"}""",
        """{"input":["a","b"],"input":"last"}""",
        """{"messages":[{"role":"user","content":"cut off""",
        """{"messages":[]} {}""",
        """{"messages":[{"role":"user","content":"x"}]}x""",
        "[1]",
        "",
        "  ",
        "{}",
        "not json \u00e4",
    ];

    private static readonly (string Body, bool IsStream)[] Responses =
    [
        (
            """{"object":"chat.completion","choices":[{"message":{"role":"assistant","content":"Yes \ud83d","refusal":null}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""",
            false
        ),
        ("{ \"choices\" : [ { \"message\" : { \"content\" : \"a\\tb\" } } ] }", false),
        ("""{"usage":{"input_tokens":5,"output_tokens":6},"content":[{"type":"text","text":"t"}]} trailing""", false),
        ("""{"choices":[{"message":{"content":"broken off""", false),
        ("", false),
        ("<html>", false),
        (
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"He\"}}]}\n\ndata: "
                + "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"llo\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n",
            true
        ),
        ("data: {\"choices\":[{\"index\":0,\"del", true),
        ("", true),
    ];

    private readonly ExchangeDraft _straight = new(),
        _byLine = new();
    private readonly FeatureExtractor _extractor = new(KeyedHash.ForScan);

    [Fact]
    public void Read_WhenComparedWithTheLine_ThenTheDraftIsTheSame()
    {
        foreach (
            var request in Requests
                .Select(Encoding.UTF8.GetBytes)
                .Append([0xff, 0xfe, (byte)'{'])
                .Append(Deep(124))
                .Append(Deep(125))
                .Append(Deep(130))
        )
        {
            foreach (var (body, isStream) in Responses)
            {
                Agree(Record(request, Encoding.UTF8.GetBytes(body), isStream));
            }
        }
    }

    [Fact]
    public void Read_WhenFactsAreOdd_ThenTheDraftIsTheSame()
    {
        var (request, response) = (Encoding.UTF8.GetBytes(Requests[0]), Encoding.UTF8.GetBytes(Responses[0].Body));
        foreach (var odd in new[] { "", "\ud800", "a\"b\\", "\u0000", "ü\u2028" })
        {
            Agree(Record(request, response, false, id: odd));
            Agree(Record(request, response, false, account: odd));
            Agree(Record(request, response, false, endUser: odd, model: odd, client: new ClientFacts(odd, 0, odd, odd, odd)));
        }

        Agree(Record(request, response, false, at: new EventTime(0)));
        Agree(Record(request, response, false, at: new EventTime(long.MaxValue / 2)));
        foreach (var status in new[] { 0, 199, 200, 299, 300, 500 })
        {
            Agree(Record(request, response, false, status: status));
            Agree(Record(request, response, false, status: status, outcome: Outcome.ClientGone));
        }
    }

    [Fact]
    public void Read_WhenAByteOfABodyIsChanged_ThenTheDraftIsTheSame()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var request = Encoding.UTF8.GetBytes(Requests[random.Next(4)]);
            var (body, isStream) = Responses[random.Next(Responses.Length)];
            var response = Encoding.UTF8.GetBytes(body);
            request[random.Next(request.Length)] = (byte)random.Next(random.Next(2) == 0 ? 128 : 256);
            if (response.Length > 0)
            {
                response[random.Next(response.Length)] = (byte)random.Next(128);
            }

            Agree(Record(request, response, isStream));
        }
    }

    private static ExchangeRecord Record(
        byte[] request,
        byte[] response,
        bool isStream,
        string id = "x",
        string account = "a",
        string? endUser = null,
        string? model = "m",
        ClientFacts? client = null,
        EventTime? at = null,
        int status = 200,
        Outcome outcome = Outcome.Complete
    ) =>
        new()
        {
            Id = id,
            Account = account,
            At = at ?? new EventTime(1_772_409_600L * EventTime.Second + 123_456),
            EndUser = endUser,
            Model = model,
            Endpoint = "/v1/chat/completions",
            Dialect = Dialect.Chat,
            Client = client ?? new ClientFacts("1.2.3.4", 7, "DE", "sdk", "t13d"),
            Status = status,
            Outcome = outcome,
            Request = request,
            Response = response,
            IsStream = isStream,
            LatencyMs = 5,
        };

    private static byte[] Deep(int depth) =>
        Encoding.UTF8.GetBytes(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"o\":" + new string('[', depth) + new string(']', depth) + "}"
        );

    private void Agree(ExchangeRecord record)
    {
        var line = new ArrayBufferWriter<byte>();
        ExchangeLineWriter.Write(record, line);
        var taken = ExchangeLineReader.Read(line.WrittenSpan.TrimEnd((byte)'\n'), _byLine).Taken;
        Assert.Equal(taken, ExchangeRecordReader.Read(record, _straight));
        if (!taken)
        {
            return;
        }

        Assert.Equal(Facts(_byLine), Facts(_straight));
        var (byLine, straight) = (_extractor.Take(_byLine), _extractor.Take(_straight));
        Assert.True(
            MemoryMarshal
                .AsBytes(new ReadOnlySpan<ExchangeFeatures>(in byLine))
                .SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<ExchangeFeatures>(in straight))),
            Encoding.UTF8.GetString(line.WrittenSpan)
        );
    }

    private static string Facts(ExchangeDraft draft) =>
        string.Join(
            '|',
            new[] { draft.Id, draft.Account, draft.EndUser, draft.Model, draft.Ip, draft.UserAgent, draft.Tls }.Select(slice =>
                Encoding.UTF8.GetString(draft.Text(slice))
            )
        )
        + $"|{draft.At}|{draft.Asn}|{draft.Traits}|{draft.Turns}|{draft.Temperature}|{draft.Shape}|{draft.LoggedTokens}|{draft.AnsweredTokens}|{draft.OutputBytes}|"
        + string.Join('|', draft.Pieces.ToArray().Select(piece => $"{piece.Role} {piece.Message} {piece.Field} {piece.Length}"));
}
