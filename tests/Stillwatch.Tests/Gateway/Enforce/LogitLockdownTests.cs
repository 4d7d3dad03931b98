using System.Net;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Enforce;
using Xunit;

namespace Stillwatch.Tests.Gateway.Enforce;

public sealed class LogitLockdownTests
{
    [Theory]
    [InlineData("""{"model":"m","messages":[],"logit_bias":{"5":-100},"logprobs":true}""", "logit_bias_with_logprobs")]
    [InlineData("""{"model":"m","messages":[],"extra_body":{"logit_bias":{"5":1}},"n_probs":5}""", "logit_bias_with_logprobs")]
    [InlineData("""{"model":"m","messages":[],"logit_bias":[[5,1.5]],"prompt_logprobs":0}""", "logit_bias_with_logprobs")]
    [InlineData("""{"model":"m","messages":[],"allowed_token_ids":[1,2,3],"return_logprob":true}""", "logit_bias_with_logprobs")]
    [InlineData("""{"model":"m","messages":[],"logit_bias":{"5":-100}}""", null)]
    [InlineData("""{"model":"m","messages":[],"logit_bias":{},"logprobs":true}""", null)]
    [InlineData("""{"model":"m","messages":[],"logprobs":true,"top_logprobs":20}""", null)]
    public async Task Check_WhenWeightsOnTokensComeWithLogProbabilities_ThenThatIsRefused_AndEachAloneIsNot(string body, string? code)
    {
        await using var live = await LiveDeployment.StartAsync();
        using var answer = await live.Send("/v1/chat/completions", body);
        Assert.Equal(code == null ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
        if (code != null)
        {
            Assert.Contains(code, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Empty(live.Upstream.Asked);
        }
    }

    [Fact]
    public async Task Check_WhenAnAccountSweepsTheVocabulary_ThenPeopleAreTold_AndWhoAvoidsTheSameWordsIsNot()
    {
        await using var live = await LiveDeployment.StartAsync();
        var bob = live.Running.Accounts.CreateKey("bob", null, null, "test", null);
        for (var i = 0; i < 8; i++)
        {
            var sweep = string.Join(',', Enumerable.Range(i * 200, 200).Select(token => $"\"{token}\":-1"));
            var words = string.Join(',', Enumerable.Range(0, 250).Select(token => $"\"{token}\":-100"));
            foreach (var (key, bias) in new[] { (live.Key, sweep), (bob, words) })
            {
                using var answer = await live.Send("/v1/chat/completions", Biased(bias), key);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }

        await LiveDeployment.Until(() => !live.Running.Decisions.Standing.Cases.IsEmpty);
        var about = Assert.Single(live.Running.Decisions.Standing.Cases.Values);
        Assert.Equal("account:alice", about.Subjects.Single().ToString());
        Assert.Empty(live.Running.Decisions.Standing.Measures);
        var long301 = string.Join(',', Enumerable.Range(0, LogitLockdown.MostTokens + 1).Select(token => $"\"{token}\":1"));
        using var refused = await live.Send("/v1/chat/completions", Biased(long301));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Theory]
    [InlineData("{\"logit_bias\":{\"1\":2,\"3\":4}}", 2)]
    [InlineData("{\"logit_bias\":[[1,2.5],[3,false]]}", 2)]
    [InlineData("{\"allowed_token_ids\":[1,2,3]}", 3)]
    [InlineData("{\"LOGIT_BIAS\":{\"1\":2},\"extra_body\":{\"logit_bias\":{\"9\":1}}}", 2)]
    [InlineData("{\"logit_bias\":{\"1\":{\"2\":3}}}", 1)]
    [InlineData("{\"messages\":[{\"logit_bias\":{\"1\":2}}]}", 0)]
    [InlineData("{\"logit_bias\":\"x\"}", 0)]
    [InlineData("{\"logit_bias\":[", 0)]
    public void Of_WhenWeightsStandInAnyForm_ThenTheirTokensAreCounted(string body, int tokens) =>
        Assert.Equal(tokens, BiasedTokens.Of(System.Text.Encoding.UTF8.GetBytes(body)).Count);

    private static string Biased(string bias) => """{"model":"m","messages":[],"logit_bias":{""" + bias + "}}";
}
