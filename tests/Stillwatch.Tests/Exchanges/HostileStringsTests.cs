using System.Text;
using System.Text.RegularExpressions;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

/// <summary>
/// A customer chooses every string of a body, keys included. Each string of a rich line, one after the other, is put in the place of
/// something hostile:
/// nothing may throw, in any format.
/// </summary>
public sealed partial class HostileStringsTests
{
    private static readonly string[] Hostile =
    [
        "\\ud800",
        "\\ud800x",
        "x\\udc00",
        "\\ud800\\ud800",
        "\\u0000",
        "",
        "\\u006dodel",
        "\\\"",
        "a\\u202eb",
    ];

    private const string Chat = """
        {"id":"x1","time":"2026-03-02T00:10:19.162Z","account":"a1","end_user":"u","outcome":"complete","endpoint":"/v1/chat/completions","model":"m",
         "client":{"ip":"1.2.3.4","user_agent":"sdk","tls":"t13d","country":"VN"},
         "request":{"model":"m","user":"u","messages":[{"role":"system","content":"Be"},{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"u"}}]},
           {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"42"}],
           "tools":[{"type":"function","function":{"name":"f"}}],"response_format":{"type":"json_object"},"metadata":{"k":"v"},"temperature":0.5,"logprobs":true,"n":2},
         "status":200,"response":{"object":"chat.completion","choices":[{"message":{"role":"assistant","content":"Yes","refusal":null}}],"usage":{"prompt_tokens":1,"completion_tokens":2}},
         "usage":{"input_tokens":3,"output_tokens":4}}
        """;

    private const string Responses = """
        {"id":"x2","time":"2026-03-02T00:10:19.162Z","account":"a1","request":{"instructions":"Be","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Once"}]},
         {"type":"function_call","name":"f","arguments":"{}"},{"type":"function_call_output","output":"42"},{"type":"reasoning","summary":[{"type":"summary_text","text":"s"}]}],"previous_response_id":"r"},
         "response":{"output":[{"type":"message","content":[{"type":"output_text","text":"t"}]}]}}
        """;

    private const string LiteLlm = """
        {"request_id":"r1","api_key":"k","user":"u","team_id":"t","end_user":"e","startTime":"2026-03-02T00:10:19.162Z","model":"m","status":"success","prompt_tokens":1,"completion_tokens":2,
         "requester_ip_address":"1.2.3.4","metadata":{"user_api_key_hash":"h","user_api_key_team_id":"t","user_agent":"sdk"},"messages":[{"role":"user","content":"Hi"}],
         "proxy_server_request":{"body":{"model":"m","messages":[{"role":"user","content":"Hi"}]}},"model_parameters":{"temperature":1,"stop":"x"},"response":{"choices":[{"message":{"content":"y"}}]}}
        """;

    private const string Otlp = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gw"}}]},"scopeSpans":[{"scope":{"name":"x"},"spans":[{"traceId":"aa","spanId":"01","name":"chat m",
         "startTimeUnixNano":"1772410219162000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"enduser.id","value":{"stringValue":"a"}},
         {"key":"gen_ai.input.messages","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"user"}},{"key":"content","value":{"stringValue":"x"}}]}}]}}},
         {"key":"gen_ai.output.messages","value":{"stringValue":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"y\"}]}]"}},
         {"key":"gen_ai.usage.output_tokens","value":{"intValue":"34"}}]}]}]}]}
        """;

    [Theory]
    [InlineData(Chat)]
    [InlineData(Responses)]
    public void Read_WhenAnyStringOfALineIsHostile_ThenNothingThrows(string line)
    {
        var draft = new ExchangeDraft();
        var extractor = new FeatureExtractor(KeyedHash.ForScan);
        var taken = 0;
        foreach (var changed in Changed(line))
        {
            if (ExchangeLineReader.Read(changed, draft).Taken)
            {
                extractor.Take(draft);
                taken++;
            }
        }

        Assert.True(taken > 100, "most of them are lines of a log all the same");
    }

    [Theory]
    [InlineData(LiteLlm)]
    [InlineData(Otlp)]
    public void Translate_WhenAnyStringOfALineIsHostile_ThenNothingThrows(string line)
    {
        var taken = 0;
        foreach (var changed in Changed(line))
        {
            taken += Formats.ReadLine.Of(changed).Exchanges.Count > 0 ? 1 : 0;
        }

        Assert.True(taken > 100);
    }

    [Fact]
    public void Is_WhenANameIsWrittenWithEscapes_ThenItIsTheSameName()
    {
        var draft = new ExchangeDraft();
        Assert.True(
            ExchangeLineReader
                .Read(
                    """{"id":"x","time":"2026-03-02T00:10:19Z","account":"a","request":{"\u006dessages":[{"r\u006fle":"user","content":"seen"}]}}"""u8,
                    draft
                )
                .Taken
        );
        Assert.Equal("seen", Encoding.UTF8.GetString(draft.Text(draft.Pieces[0])));
    }

    private static IEnumerable<byte[]> Changed(string line)
    {
        line = line.ReplaceLineEndings(" ");
        foreach (Match text in Strings().Matches(line))
        {
            foreach (var hostile in Hostile)
            {
                yield return Encoding.UTF8.GetBytes(line[..(text.Index + 1)] + hostile + line[(text.Index + text.Length - 1)..]);
            }
        }
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Strings();
}
