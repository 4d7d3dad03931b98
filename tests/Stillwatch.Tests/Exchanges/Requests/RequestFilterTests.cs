using System.Buffers;
using System.Text;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Requests;

public sealed class RequestFilterTests
{
    private const Capability All =
        Capability.LogProbabilities
        | Capability.PromptLogProbabilities
        | Capability.SeveralAnswers
        | Capability.Reasoning
        | Capability.ReasoningSummary
        | Capability.LogitBias
        | Capability.Seed
        | Capability.Echo;

    [Theory]
    [InlineData(
        """{"model":"m","logprobs":true,"top_logprobs":5,"n":2}""",
        """{"model":"m"}""",
        Capability.LogProbabilities | Capability.SeveralAnswers
    )]
    [InlineData("""{ "logprobs": true, "model": "m" }""", """{ "model": "m" }""", Capability.LogProbabilities)]
    [InlineData("""{"LogProbs":true,"logprobs":1,"model":"m","log\u0070robs":5}""", """{"model":"m"}""", Capability.LogProbabilities)]
    [InlineData("""{"logprobs":0}""", "{}", Capability.LogProbabilities)]
    [InlineData("""{"n":1,"logprobs":false,"top_logprobs":null}""", """{"n":1,"logprobs":false,"top_logprobs":null}""", Capability.None)]
    [InlineData(
        """{"extra_body":{"prompt_logprobs":1,"a":1}}""",
        """{"extra_body":{"a":1}}""",
        Capability.LogProbabilities | Capability.PromptLogProbabilities
    )]
    [InlineData(
        """{"extra_body":{"sampling_params":{"logit_bias":{},"a":1}}}""",
        """{"extra_body":{"sampling_params":{"a":1}}}""",
        Capability.LogitBias
    )]
    [InlineData("""{"nvext":{"SEED":1},"seed":2}""", """{"nvext":{}}""", Capability.Seed)]
    [InlineData("""{"echo":true,"echo":false}""", """{"echo":false}""", Capability.Echo | Capability.PromptLogProbabilities)]
    [InlineData("""{"best_of":"3","candidateCount":2.0,"n_cmpl":2}""", "{}", Capability.SeveralAnswers)]
    [InlineData(
        """{"include":["reasoning.encrypted_content","message.output_text.logprobs"]}""",
        """{"include":["reasoning.encrypted_content"]}""",
        Capability.LogProbabilities
    )]
    [InlineData("""{"include":["message.output_text.LogProbs","a"]}""", """{"include":["a"]}""", Capability.LogProbabilities)]
    [InlineData("""{"include":"message.output_text.logprobs"}""", "{}", Capability.LogProbabilities)]
    [InlineData(
        """{"reasoning":{"effort":"high","summary":"auto"},"reasoning_effort":"high"}""",
        """{"reasoning":{"effort":"high"},"reasoning_effort":"high"}""",
        Capability.ReasoningSummary
    )]
    [InlineData(
        """{"thinking":{"type":"enabled","budget_tokens":5,"display":"summarized"}}""",
        """{"thinking":{"type":"enabled","budget_tokens":5}}""",
        Capability.Reasoning | Capability.ReasoningSummary
    )]
    [InlineData(
        """{"thinking":{"type":"adaptive","display":"omitted"}}""",
        """{"thinking":{"type":"adaptive","display":"omitted"}}""",
        Capability.None
    )]
    [InlineData(
        """{"generationConfig":{"seed":1,"thinkingConfig":{"includeThoughts":true,"thinkingBudget":9},"responseLogprobs":true}}""",
        """{"generationConfig":{"thinkingConfig":{"thinkingBudget":9}}}""",
        Capability.Seed | Capability.Reasoning | Capability.ReasoningSummary | Capability.LogProbabilities
    )]
    [InlineData(
        """{"extra_body":{"google":{"thinking_config":{"include_thoughts":true,"thinking_level":"low"}}}}""",
        """{"extra_body":{"google":{"thinking_config":{"thinking_level":"low"}}}}""",
        Capability.Reasoning | Capability.ReasoningSummary
    )]
    [InlineData(
        """{"include_reasoning":false,"reasoning_format":"hidden"}""",
        """{"include_reasoning":false,"reasoning_format":"hidden"}""",
        Capability.None
    )]
    [InlineData(
        """{"include_reasoning":true,"separate_reasoning":false,"reasoning_format":"none","return_token_ids":true}""",
        "{}",
        Capability.Reasoning | Capability.ReasoningSummary
    )]
    [InlineData(
        """{"messages":[{"role":"user","content":"seed","logprobs":true}]}""",
        """{"messages":[{"role":"user","content":"seed","logprobs":true}]}""",
        Capability.None
    )]
    public void Write_WhenARequestAsksForWhatIsStripped_ThenThatGoesAndTheRestStaysByteForByte(string body, string left, Capability found)
    {
        Assert.Equal((left, found), Write(body, All));
        Assert.Equal((body, Capability.None), Write(body, Capability.Tools));
        Assert.Equal((body, Capability.None), Write(body, Capability.None));
    }

    [Theory]
    [InlineData("""{"logprobs":true""")]
    [InlineData("""{"logprobs":true}{}""")]
    [InlineData("""[{"logprobs":true}]""")]
    [InlineData("")]
    [InlineData("logprobs=true")]
    public void Write_WhenItIsNotOneObject_ThenAnEmptyOneGoesInItsPlace(string body)
    {
        Assert.Equal(("{}", Capability.None), Write(body, All));
        Assert.Equal((body, Capability.None), Write(body, Capability.None));
    }

    [Fact]
    public void Write_WhenItIsTooDeep_ThenAnEmptyOneGoesInItsPlace() =>
        Assert.Equal("{}", Write($"{{\"a\":{new string('[', 200)}{new string(']', 200)},\"seed\":1}}", All).Left);

    [Fact]
    public void Write_WhenItHasAMarkOfItsByteOrder_ThenItIsReadPastIt()
    {
        Assert.Equal("""{"a":1}""", Write("\uFEFF{\"a\":1,\"seed\":1}", All).Left);
        Assert.Equal("\uFEFF{\"a\":1}", Write("\uFEFF{\"a\":1}", All).Left);
    }

    private static (string Left, Capability Found) Write(string body, Capability strip)
    {
        var output = new ArrayBufferWriter<byte>();
        var found = RequestFilter.Write(Encoding.UTF8.GetBytes(body), strip, output);
        return (Encoding.UTF8.GetString(output.WrittenSpan), found);
    }
}
