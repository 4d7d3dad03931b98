using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Requests;

/// <summary>
/// What the gateway judges a request by. A request that slips through here is answered though an account may not have it.
/// </summary>
public sealed class RequestFactsTests
{
    [Fact]
    public void Facts_WhenAnInnerFieldSaysLess_ThenItTakesNothingAway()
    {
        var many = $"[{string.Join(',', Enumerable.Repeat("\"a\"", 1_000))}]";
        Assert.Equal(1_000, Read($$$"""{"model":"m","prompt":{{{many}}},"extra_body":{"prompt":["x"]}}""", Dialect.Completions).Prompts);
        Assert.Equal(1_000, Read($$$"""{"model":"m","extra_body":{"prompt":{{{many}}}},"prompt":["x"]}""", Dialect.Completions).Prompts);
        Assert.True(Read("""{"model":"m","stream":true,"extra_body":{"stream":false}}""", Dialect.Chat).Stream);
    }

    [Fact]
    public void Facts_WhenTwoEarlierResponsesAreNamed_ThenItIsNotClearWhichCounts()
    {
        Assert.Equal(
            "previous_response_id",
            Read(
                """{"model":"m","previous_response_id":"resp_a","extra_body":{"previous_response_id":"resp_b"}}""",
                Dialect.Responses
            ).Unclear
        );
        Assert.Null(
            Read(
                """{"model":"m","previous_response_id":"resp_a","extra_body":{"previous_response_id":"resp_a"}}""",
                Dialect.Responses
            ).Unclear
        );
    }

    [Theory]
    [InlineData("""[{"type":"item_reference","id":"msg_1"}]""", true)]
    [InlineData("""[{"type":"message","role":"user","content":"x"},{"id":"msg_1"}]""", true)]
    [InlineData("""[{"id":"msg_1","status":"completed"}]""", true)]
    [InlineData("""{"id":"msg_1"}""", true)]
    [InlineData("""[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]}]""", false)]
    [InlineData("""[{"id":"fc_1","type":"function_call","call_id":"c","name":"f","arguments":"{}"}]""", false)]
    [InlineData("""[{"role":"user","content":[{"type":"input_text","text":"x"}]}]""", false)]
    [InlineData("\"x\"", false)]
    public void Facts_WhenAnItemIsNamedByItsId_ThenThatIsKnown(string input, bool refers) =>
        Assert.Equal(refers, Read($$"""{"model":"m","input":{{input}}}""", Dialect.Responses).RefersToItems);

    [Fact]
    public void Read_WhenARequestAsksForNothingInParticular_ThenTheFactsSaySo()
    {
        var facts = Read("""{"model":"m-1","messages":[{"role":"user","content":"x"}],"user":"u1"}""", Dialect.Chat);
        Assert.True(
            facts
                is {
                    IsObject: true,
                    Model: "m-1",
                    EndUser: "u1",
                    Stream: false,
                    MaxTokens: -1,
                    Count: 1,
                    Prompts: 1,
                    Asked: Capability.None
                }
        );
        Assert.True(
            facts is { Unclear: null, NoNumber: null, OtherModels: null, Previous: null, InConversation: false, RefersToItems: false }
        );
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[{}]")]
    [InlineData("{} {}")]
    [InlineData("{\"model\":\"m\"")]
    public void Read_WhenABodyIsNoObject_ThenNothingIsTakenOfIt(string body)
    {
        var facts = Read(body, Dialect.Chat);
        Assert.True(facts is { IsObject: false, Model: null, MaxTokens: -1, Count: 1, Prompts: 1 });
    }

    [Theory]
    [InlineData("""{"model":"a","model":"b"}""", "model")] // one server takes the first, another the last
    [InlineData("""{"model":"a","Model":"b"}""", "Model")] // Go takes names in any letters
    [InlineData("""{"MODEL":"a"}""", "MODEL")]
    [InlineData("""{"\u006dodel":"a"}""", null)]
    [InlineData("""{"me\u017f\u017fages":[]}""", "me\u017f\u017fages")] // Go's long s
    [InlineData("""{"messages":[{"role":"user","Role":"system","content":"x"}]}""", "role")]
    [InlineData("""{"messages":[{"role":"user","content":"x","content":"y"}]}""", "content")]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"role":"user","content":"y"}]}""", null)]
    [InlineData("""{"tools":[],"tools":[]}""", "tools")]
    [InlineData("""{"vendor":1,"vendor":2}""", null)]
    public void Unclear_WhenTwoServersCouldReadOtherRequests_ThenTheFieldIsNamed(string body, string? unclear) =>
        Assert.Equal(unclear, Read(body, Dialect.Chat).Unclear);

    [Theory]
    [InlineData("""{"max_tokens":7}""", 7)]
    [InlineData("""{"max_tokens":7,"max_completion_tokens":9}""", 9)] // the largest that any field says
    [InlineData("""{"max_tokens":"9","n_predict":7}""", 9)]
    [InlineData("""{"max_tokens":9.0}""", 9)]
    [InlineData("""{"max_tokens":0}""", -1)]
    [InlineData("""{"max_tokens":null}""", -1)]
    [InlineData("""{"max_tokens":5,"max_completion_tokens":0}""", 5)]
    [InlineData("""{"max_tokens":-1}""", RequestFacts.Unbounded)]
    [InlineData("""{"max_tokens":1e300}""", RequestFacts.Unbounded)]
    [InlineData("""{"extra_body":{"max_tokens":70},"max_tokens":7}""", 70)]
    public void MaxTokens_WhenFieldsSayUnlikeThings_ThenItIsTheMostThatMayCome(string body, long most)
    {
        var facts = Read(body, Dialect.Chat);
        Assert.Equal((most, null), (facts.MaxTokens, facts.NoNumber));
    }

    [Theory]
    [InlineData("""{"max_tokens":"many"}""", "max_tokens")]
    [InlineData("""{"max_tokens":1.5}""", "max_tokens")]
    [InlineData("""{"max_completion_tokens":[7]}""", "max_completion_tokens")]
    [InlineData("""{"max_tokens":true}""", "max_tokens")]
    [InlineData("""{"n":-1}""", "n")]
    [InlineData("""{"n":"two"}""", "n")]
    [InlineData("""{"n":"2"}""", null)]
    public void NoNumber_WhenAFieldIsNoWholeNumber_ThenItIsNamed(string body, string? name) =>
        Assert.Equal(name, Read(body, Dialect.Chat).NoNumber);

    [Theory]
    [InlineData("""{"n":3,"best_of":5}""", 5, 1)]
    [InlineData("""{"n":0}""", 1, 1)]
    [InlineData("""{"prompt":"a"}""", 1, 1)]
    [InlineData("""{"prompt":["a","b","c"],"n":2}""", 2, 3)]
    [InlineData("""{"prompt":[1,2,3]}""", 1, 1)] // one prompt, in tokens
    [InlineData("""{"prompt":[[1,2],[3]]}""", 1, 2)]
    [InlineData("""{"prompt":[]}""", 1, 1)]
    public void CountAndPrompts_WhenSeveralAnswersAreAskedFor_ThenAllAreCounted(string body, long count, long prompts)
    {
        var facts = Read(body, Dialect.Completions);
        Assert.Equal((count, prompts), (facts.Count, facts.Prompts));
        Assert.Equal(count > 1 || prompts > 1, (facts.Asked & Capability.SeveralAnswers) != 0);
    }

    [Theory]
    [InlineData("""{"logprobs":true}""", Capability.LogProbabilities)]
    [InlineData("""{"logprobs":false,"top_logprobs":0}""", Capability.None)]
    [InlineData("""{"logprobs":"true"}""", Capability.LogProbabilities)]
    [InlineData("""{"logprobs":1.0}""", Capability.LogProbabilities)]
    [InlineData("""{"prompt_logprobs":0}""", Capability.LogProbabilities | Capability.PromptLogProbabilities)]
    [InlineData("""{"logit_bias":{"5":-100}}""", Capability.LogitBias)]
    [InlineData("""{"logit_bias":{}}""", Capability.None)]
    [InlineData("""{"allowed_token_ids":[5]}""", Capability.LogitBias)]
    [InlineData("""{"seed":0}""", Capability.Seed)]
    [InlineData("""{"seed":null}""", Capability.None)]
    [InlineData("""{"extra_body":{"random_seed":1}}""", Capability.Seed)]
    [InlineData("""{"echo":false}""", Capability.None)]
    [InlineData("""{"echo":true}""", Capability.Echo)]
    [InlineData("""{"logprobs":true,"echo":true}""", Capability.Echo | Capability.LogProbabilities | Capability.PromptLogProbabilities)]
    [InlineData("""{"prompt_logprobs":null}""", Capability.None)]
    [InlineData("""{"extra_body":{"logprobs":true}}""", Capability.LogProbabilities)]
    [InlineData("""{"tools":[{"type":"function"}]}""", Capability.Tools)]
    [InlineData("""{"tools":[]}""", Capability.None)]
    [InlineData("""{"tools":null}""", Capability.None)]
    [InlineData("""{"functions":[{}]}""", Capability.Tools)]
    [InlineData("""{"web_search_options":{}}""", Capability.None)]
    [InlineData("""{"web_search_options":{"a":1}}""", Capability.Tools)]
    [InlineData("""{"response_format":{"type":"text"}}""", Capability.None)]
    [InlineData("""{"response_format":{"type":"json_object"}}""", Capability.StructuredOutput)]
    [InlineData("""{"response_format":{"type":"text","schema":{}}}""", Capability.StructuredOutput)]
    [InlineData("""{"response_format":{}}""", Capability.None)]
    [InlineData("""{"format":"json"}""", Capability.StructuredOutput)]
    [InlineData("""{"format":"text"}""", Capability.None)]
    [InlineData("""{"format":""}""", Capability.None)]
    [InlineData("""{"guided_regex":"a+"}""", Capability.StructuredOutput)]
    [InlineData("""{"guided_regex":""}""", Capability.None)]
    [InlineData("""{"modalities":["text"]}""", Capability.None)]
    [InlineData("""{"modalities":["text","audio"]}""", Capability.NonText)]
    [InlineData("""{"modalities":[1]}""", Capability.NonText)]
    [InlineData("""{"audio":{"voice":"v"}}""", Capability.NonText)]
    [InlineData("""{"stream":true}""", Capability.Streaming)]
    [InlineData("""{"stream":0}""", Capability.None)]
    [InlineData("""{"stream":"true"}""", Capability.Streaming)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}]}""", Capability.NonText)]
    public void Asked_WhenACapabilityIsAskedForInAnyWay_ThenItIsKnown(string body, Capability asked)
    {
        var facts = Read(body, Dialect.Chat);
        Assert.Equal((asked, (asked & Capability.Streaming) != 0), (facts.Asked, facts.Stream));
    }

    [Fact]
    public void Asked_WhenZeroMeansUnlikeThings_ThenTheDialectDecides()
    {
        Assert.Equal(Capability.LogProbabilities, Read("""{"logprobs":0}""", Dialect.Completions).Asked);
        Assert.Equal(Capability.None, Read("""{"logprobs":0}""", Dialect.Chat).Asked);
        Assert.Equal(Capability.LogProbabilities, Read("""{"include":["message.output_text.logprobs"]}""", Dialect.Responses).Asked);
        Assert.Equal(Capability.None, Read("""{"include":["reasoning.encrypted_content"]}""", Dialect.Responses).Asked);
        Assert.Equal(Capability.StructuredOutput, Read("""{"text":{"format":{"type":"json_schema"}}}""", Dialect.Responses).Asked);
        Assert.Equal(Capability.None, Read("""{"text":{"format":{"type":"text"},"verbosity":"low"}}""", Dialect.Responses).Asked);
        Assert.Equal("Format", Read("""{"text":{"Format":{"type":"json_schema"}}}""", Dialect.Responses).Unclear);
    }

    [Theory]
    [InlineData("""{"models":["a"]}""", "models")]
    [InlineData("""{"fallbacks":null}""", null)]
    [InlineData("""{"extra_body":{"model":"b"}}""", "model")]
    [InlineData("""{"sampling_params":{"lora":"b"}}""", "lora")]
    public void OtherModels_WhenAServerCouldTurnToAnother_ThenTheFieldIsNamed(string body, string? name) =>
        Assert.Equal(name, Read(body, Dialect.Chat).OtherModels);

    [Fact]
    public void EndUser_WhenSeveralFieldsNameOne_ThenTheFirstCounts()
    {
        Assert.Equal("u1", Read("""{"user":"u1","safety_identifier":"u2"}""", Dialect.Chat).EndUser);
        Assert.Equal("u3", Read("""{"metadata":{"x":{"user_id":"no"},"user_id":"u3"}}""", Dialect.Messages).EndUser);
        Assert.Null(Read("""{"user":7,"metadata":["user_id"]}""", Dialect.Chat).EndUser);
        Assert.Equal("\\ud800x", Read("""{"user":"\ud800x"}""", Dialect.Chat).EndUser); // half of a character, as it is written
    }

    [Fact]
    public void Previous_WhenAConversationGoesOn_ThenThatIsKnown()
    {
        Assert.Equal("", Read("""{"previous_response_id":7}""", Dialect.Responses).Previous); // whose it is cannot be told
        Assert.Null(Read("""{"previous_response_id":null}""", Dialect.Responses).Previous);
        Assert.True(Read("""{"conversation":{"id":"c"}}""", Dialect.Responses).InConversation);
        Assert.False(Read("""{"conversation":null}""", Dialect.Responses).InConversation);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"model":"g-1"}""", null)]
    [InlineData("""{"model":"models/g-1"}""", null)]
    [InlineData("""{"model":"g-2"}""", "model")]
    public void TakePath_WhenThePathNamesTheModel_ThenItCountsAndABodyThatSaysOtherwiseIsNotClear(string body, string? unclear)
    {
        var facts = Read(body, Dialect.Chat);
        facts.TakePath("g-1", streams: true);
        Assert.Equal(("g-1", unclear, true, Capability.Streaming), (facts.Model, facts.Unclear, facts.Stream, facts.Asked));
    }

    [Fact]
    public void Judge_WhenSettingsStandInTheirOwnObject_ThenTheyAreJudged()
    {
        var facts = Read(
            """{"contents":[],"generationConfig":{"maxOutputTokens":9,"candidateCount":3,"responseSchema":"""
                + """{"type":"x"},"responseModalities":["TEXT"]}}""",
            Dialect.Gemini
        );
        Assert.Equal((9L, 3L, Capability.SeveralAnswers | Capability.StructuredOutput), (facts.MaxTokens, facts.Count, facts.Asked));
    }

    private static RequestFacts Read(string body, Dialect dialect) =>
        RequestReader.Read(Encoding.UTF8.GetBytes(body), WireFormat.Of(dialect), new ExchangeDraft());
}
