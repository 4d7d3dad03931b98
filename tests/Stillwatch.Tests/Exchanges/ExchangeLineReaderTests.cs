using System.Text;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class ExchangeLineReaderTests
{
    private const string Head = """ "id":"x1","time":"2026-03-02T00:10:19.162Z","account":"a1" """;

    private readonly ExchangeDraft _draft = new();

    [Fact]
    public void Read_WhenChatCompletions_ThenTextSpeakersAndFactsAreThere()
    {
        Taken(
            "{"
                + Head
                + """
                ,"end_user":"u7","client":{"ip":"1.2.3.4","asn":64503,"user_agent":"sdk/1","tls":"t13d"},"model":"m-1",
                 "request":{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi \u00e9"},{"content":"Hello","role":"assistant"},{"role":"user","content":[{"type":"text","text":"And"},{"type":"image_url","image_url":{"url":"data:"}}]}],
                 "temperature":0.25,"stream":true,"n":2,"logprobs":true,"tools":[{"a":1}]},
                 "status":200,"response":{"choices":[{"message":{"content":"Yes"}}],"usage":{"prompt_tokens":11,"completion_tokens":7}},"latency_ms":5,"surprise":[1,{"x":2}]}
                """
        );
        Assert.Equal("x1", Text(_draft.Id));
        Assert.Equal("a1", Text(_draft.Account));
        Assert.Equal("u7", Text(_draft.EndUser));
        Assert.Equal("m-1", Text(_draft.Model));
        Assert.Equal("1.2.3.4", Text(_draft.Ip));
        Assert.Equal(64503u, _draft.Asn);
        Assert.Equal(25, _draft.Temperature);
        Assert.Equal((11, 7), (_draft.InputTokens, _draft.OutputTokens));
        Assert.Equal(4, _draft.Turns);
        Assert.Equal(["System:Be brief.", "User:Hi é", "Assistant:Hello", "User:And"], Pieces());
        Assert.Equal(
            ExchangeTraits.FollowUp
                | ExchangeTraits.HasSystem
                | ExchangeTraits.HasTools
                | ExchangeTraits.Stream
                | ExchangeTraits.LogProbabilities
                | ExchangeTraits.SeveralAnswers
                | ExchangeTraits.NonText
                | ExchangeTraits.TokensReported,
            _draft.Traits
        );
    }

    [Theory]
    [InlineData("""{"prompt":"Once"}""", "User:Once")]
    [InlineData("""{"prompt":["Once","Twice"]}""", "User:Once|User:Twice")]
    [InlineData("""{"prompt":[1,2,3]}""", "")]
    [InlineData("""{"input":"Once"}""", "User:Once")]
    [InlineData(
        """{"instructions":"Be","input":[{"role":"user","content":[{"type":"input_text","text":"Once"}]},{"type":"function_call","name":"f","arguments":"{}"},{"type":"function_call_output","output":"42"}]}""",
        "System:Be|User:Once|Assistant:{}|Tool:42"
    )]
    [InlineData(
        """{"system":[{"type":"text","text":"Be"}],"messages":[{"role":"user","content":[{"type":"tool_result","content":"r"},{"type":"text","text":"Once"}]}]}""",
        "System:Be|User:r|User:Once"
    )]
    [InlineData("""{"input":["a","b"],"model":"embed"}""", "User:a|User:b")]
    [InlineData(
        """{"messages":[{"role":"user","content":"Once"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"42"}]}""",
        "User:Once|Tool:42"
    )]
    [InlineData(
        """{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA"}},{"type":"text","text":"Once"}]}]}""",
        "User:Once"
    )]
    [InlineData("""{"messages":[]}""", "")]
    [InlineData("""{"messages":null}""", "")]
    [InlineData("""{}""", "")]
    public void Read_WhenAnyDialect_ThenItsTextIsThere(string request, string pieces)
    {
        Taken("{" + Head + ""","request":""" + request + "}");
        Assert.Equal(pieces, string.Join('|', Pieces()));
    }

    [Theory]
    [InlineData("/v1/audio/speech", """{"model":"m","voice":"v"}""")]
    [InlineData("/v2/whatever", """{"something":{"new":[1,2,{"messages":"no"}]}}""")]
    [InlineData("", "{}")]
    public void Read_WhenTheEndpointIsUnknown_ThenTheExchangeIsTakenAndCounts(string endpoint, string request)
    {
        Taken("{" + Head + ",\"endpoint\":\"" + endpoint + "\",\"request\":" + request + ",\"usage\":{\"output_tokens\":5}}");
        Assert.Equal(5, _draft.OutputTokens);
        Assert.Empty(Pieces());
    }

    [Fact]
    public void Read_WhenTheLogCountsOnlySomeTokens_ThenTheAnswerSaysTheRestWhicheverComesFirst()
    {
        Taken(
            "{"
                + Head
                + ""","request":{},"response":{"usage":{"prompt_tokens":8,"completion_tokens":9}},"usage":{"reasoning_tokens":3,"input_tokens":7}}"""
        );
        Assert.Equal((7, 9), (_draft.InputTokens, _draft.OutputTokens));
        Taken("{" + Head + ""","request":{},"usage":{},"response":{"usage":{"prompt_tokens":8,"completion_tokens":9}}}""");
        Assert.Equal((8, 9), (_draft.InputTokens, _draft.OutputTokens));
    }

    [Fact]
    public void Read_WhenAFieldOfTheBodyStandsTwice_ThenTheLastCounts()
    {
        Taken(
            "{"
                + Head
                + ""","request":{"messages":[{"role":"user","content":"shown"}],"model":"m","messages":[{"role":"user","content":"answered"}]}}"""
        );
        Assert.Equal(["User:answered"], Pieces());
    }

    [Fact]
    public void Read_WhenALoneSurrogateIsEscaped_ThenTheLineIsTakenWithAReplacement()
    {
        Taken("{" + Head + ""","request":{"messages":[{"role":"user","content":"a\ud800b \ude00 \ud83d\ude00 \u0000"}]}}""");
        Assert.Equal(["User:a\uFFFDb \uFFFD 😀 \0"], Pieces());
    }

    [Fact]
    public void Read_WhenTheBodyWasNoJson_ThenItsBytesAreRead()
    {
        var raw = Convert.ToBase64String("hello raw"u8);
        Taken("{" + Head + ",\"request\":{},\"request_raw\":\"" + raw + "\"}");
        Assert.Equal(["User:hello raw"], Pieces());
        Assert.True((_draft.Traits & ExchangeTraits.Raw) != 0);
    }

    [Fact]
    public void Read_WhenNoTokensAreReported_ThenTheAnswersTextIsMeasured()
    {
        Taken("{" + Head + ""","request":{},"response":{"choices":[{"message":{"content":"12345678"}}]}}""");
        Assert.Equal((-1, 8), (_draft.OutputTokens, _draft.OutputBytes));
    }

    [Fact]
    public void Read_WhenTheLogCountsTokensItself_ThenItsCountGoesFirst()
    {
        Taken(
            "{"
                + Head
                + ""","request":{},"usage":{"input_tokens":1,"output_tokens":2},"response":{"usage":{"prompt_tokens":8,"completion_tokens":9}}}"""
        );
        Assert.Equal((1, 2), (_draft.InputTokens, _draft.OutputTokens));
    }

    [Theory]
    [InlineData("""{"id":"x","time":"2026-03-02T00:10:19Z","account":"a","request":{}""", RejectionKind.NotJson)]
    [InlineData("""[1,2]""", RejectionKind.NotJson)]
    [InlineData("""{"id":"x"} {"id":"y"}""", RejectionKind.FieldMissing)]
    [InlineData("""{"id":"x","time":"2026-03-02T00:10:19Z","account":"a","request":{}} tail""", RejectionKind.NotJson)]
    [InlineData("""{"id":"x","time":"2026-03-02T00:10:19Z","account":"a"}""", RejectionKind.FieldMissing)]
    [InlineData("""{"id":"","time":"2026-03-02T00:10:19Z","account":"a","request":{}}""", RejectionKind.FieldUnusable)]
    [InlineData("""{"time":"2026-03-02T00:10:19Z","account":"a","request":{}}""", RejectionKind.FieldMissing)]
    [InlineData("""{"id":"x","time":"yesterday","account":"a","request":{}}""", RejectionKind.FieldUnusable)]
    [InlineData("""{"id":"x","time":1234567,"account":"a","request":{}}""", RejectionKind.TimeAbsurd)]
    [InlineData("""{"id":"x","time":"0001-01-01T00:00:00Z","account":"a","request":{}}""", RejectionKind.TimeAbsurd)]
    [InlineData("""{"id":"x","time":"9999-12-31T23:59:59Z","account":"a","request":{}}""", RejectionKind.TimeAbsurd)]
    [InlineData("""{"id":"x","time":"0001-01-01T00:00:00+23:59","account":"a","request":{}}""", RejectionKind.TimeAbsurd)]
    [InlineData("""{"id":"x","time":"9999-12-31T23:59:59-23:59","account":"a","request":{}}""", RejectionKind.TimeAbsurd)]
    [InlineData("""{"id":"x","time":"2026-03-02T00:10:19Z","account":{},"request":{}}""", RejectionKind.FieldUnusable)]
    [InlineData("""{"id":"x","time":"2026-03-02T00:10:19Z","account":"a","request":"hello"}""", RejectionKind.FieldUnusable)]
    [InlineData("""{"id":"x","time":"2026-03-02T00:10:19Z","account":"a","account":"b","request":{}}""", RejectionKind.DuplicateField)]
    [InlineData("""{"id":"x","time":"2026-03-02T00:10:19Z","account":"a","request":{},"request_raw":"***"}""", RejectionKind.FieldUnusable)]
    public void Read_WhenTheLineCannotBeUsed_ThenItSaysWhy(string line, RejectionKind kind)
    {
        var rejection = ExchangeLineReader.Read(Encoding.UTF8.GetBytes(line), _draft);
        Assert.Equal(kind, rejection.Kind);
        Assert.NotEmpty(rejection.Detail);
    }

    [Fact]
    public void Read_WhenNestedTooDeep_ThenItIsRejectedAndNothingOverflows()
    {
        var deep = new string('[', 200_000);
        Assert.Equal(
            RejectionKind.NotJson,
            ExchangeLineReader.Read(Encoding.UTF8.GetBytes("{" + Head + ""","request":{"x":""" + deep), _draft).Kind
        );
    }

    [Fact]
    public void Read_WhenBytesAreNoUtf8_ThenItIsRejected() =>
        Assert.Equal(RejectionKind.NotUtf8, ExchangeLineReader.Read([.. "{\"id\":\""u8, 0xC3, 0x28, .. "\"}"u8], _draft).Kind);

    [Fact]
    public void Read_WhenNullBytesStandInTheLine_ThenItIsRejected() =>
        Assert.Equal(RejectionKind.NotJson, ExchangeLineReader.Read("{\"id\":\0\"x\"}"u8, _draft).Kind);

    [Fact]
    public void Read_WhenEveryPrefixOfALineComes_ThenNoneThrowsAndNoneIsTaken()
    {
        var line = Encoding.UTF8.GetBytes(
            "{" + Head + ""","request":{"messages":[{"role":"user","content":"a\ud83d\ude00\n"}]},"response":null}"""
        );
        for (var length = 0; length < line.Length; length++)
        {
            Assert.False(ExchangeLineReader.Read(line.AsSpan(0, length), _draft).Taken);
        }

        Assert.True(ExchangeLineReader.Read(line, _draft).Taken);
    }

    [Fact]
    public void Read_WhenBytesAreChangedAtRandom_ThenNothingEverThrows()
    {
        var line = Encoding.UTF8.GetBytes(
            "{"
                + Head
                + ""","request":{"messages":[{"role":"user","content":[{"type":"text","text":"a\ud83d\ude00\n"}]}],"temperature":1e3},"response":{"usage":{"prompt_tokens":1e99}}}"""
        );
        var random = new Random(11);
        for (var trial = 0; trial < 20_000; trial++)
        {
            var changed = line.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            ExchangeLineReader.Read(changed, _draft);
        }
    }

    private void Taken(string line)
    {
        var rejection = ExchangeLineReader.Read(Encoding.UTF8.GetBytes(line), _draft);
        Assert.True(rejection.Taken, rejection.Detail);
    }

    private string Text(ExchangeDraft.Slice slice) => Encoding.UTF8.GetString(_draft.Text(slice));

    private List<string> Pieces()
    {
        List<string> pieces = [];
        foreach (ref readonly var piece in _draft.Pieces)
        {
            pieces.Add($"{piece.Role}:{Encoding.UTF8.GetString(_draft.Text(piece))}");
        }

        return pieces;
    }
}
