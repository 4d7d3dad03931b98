using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class FeatureExtractorTests
{
    private const string Line =
        """{"id":"x1","time":"2026-03-02T00:10:19.162Z","account":"a1","end_user":"u","client":{"ip":"198.51.100.7","asn":64503,"user_agent":"sdk/1"},"request":{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Compare 3 ways in which the quiet harbour differs from a wooden bridge, step by step."}],"temperature":1,"max_tokens":64},"response":{"usage":{"prompt_tokens":31,"completion_tokens":64}}}""";

    [Fact]
    public void Take_WhenTheLineIsFixed_ThenTheBytesNeverChange()
    {
        // Features are spilled, stored and compared with stored ones: a change here is a new version of every state that keeps them.
        var features = FeaturesOf.Line(Line);
        Assert.Equal(GoldenHash, XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<ExchangeFeatures>(in features))));
    }

    [Fact]
    public void Take_WhenAnything_ThenTheSizeIsFixedAndSmall() => Assert.InRange(Unsafe.SizeOf<ExchangeFeatures>(), 100, 256);

    [Fact]
    public void Take_WhenThePromptHasSeveralParts_ThenTheNewestMessageIsRead()
    {
        var features = FeaturesOf.Line(
            """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","request":{"messages":[{"role":"user","content":"first question"},{"role":"assistant","content":"answer"},{"role":"user","content":[{"type":"text","text":"Which response"},{"type":"text","text":"is better?"}]}]}}"""
        );
        Assert.True((features.Elicitation & Elicitation.Preference) != 0);
        Assert.Equal(4, features.Words);
    }

    [Fact]
    public void Take_WhenNoTokensAreReported_ThenTheyAreCountedFromTheText()
    {
        var features = FeaturesOf.Line(
            """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","request":{"prompt":"0123456789abcdef"},"response":{"content":[{"type":"text","text":"01234567"}]}}"""
        );
        Assert.Equal((4, 2), (features.InputTokens, features.OutputTokens));
        Assert.False(features.Has(Stillwatch.Exchanges.ExchangeTraits.TokensReported));
    }

    [Theory]
    [InlineData("""  "status":200  """, true)]
    [InlineData("""  "status":404,"outcome":"refused","response":{"error":{"message":"no such model"}}  """, false)]
    [InlineData("""  "status":429  """, false)]
    [InlineData("""  "status":500,"usage":{"output_tokens":50}  """, false)]
    [InlineData("""  "outcome":"refused"  """, false)]
    [InlineData("""  "outcome":"timeout"  """, false)]
    [InlineData("""  "outcome":"client_gone","response":{"content":[{"type":"text","text":"half of it"}]}  """, true)]
    [InlineData("""  "outcome":"upstream_cut","usage":{"output_tokens":12}  """, true)]
    public void Take_WhenAnExchangeEnded_ThenItSaysWhetherAnythingWasHad(string how, bool answered)
    {
        var features = FeaturesOf.Line(
            """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","request":{"prompt":"a question"},""" + how.Trim() + "}"
        );
        Assert.Equal(answered, features.IsAnswered);
        Assert.True(answered || features.OutputTokens == 0);
    }

    [Theory]
    [InlineData("redacted-by-litellm", false)]
    [InlineData("[REDACTED]", false)]
    [InlineData("<prompt hidden>", false)]
    [InlineData("*****", false)]
    [InlineData("", false)]
    [InlineData("content not captured", false)]
    [InlineData("hidden?", true)]
    [InlineData("What is hidden by the text?", true)]
    [InlineData("xs", true)]
    [InlineData("text", true)]
    public void Take_WhenTheTextIsLeftOut_ThenThereIsNone(string prompt, bool hasText)
    {
        var features = FeaturesOf.Prompt(prompt);
        Assert.Equal(hasText, features.HasText);
        Assert.Equal(hasText, features.Words > 0);
    }

    [Fact]
    public void Take_WhenOnlyTheNewestMessageIsAPlaceholder_ThenWhatElseWasWrittenIsRead()
    {
        var features = FeaturesOf.Line(
            """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","request":{"messages":[{"role":"user","content":"Which response is better?"},{"role":"user","content":"[redacted]"}]}}"""
        );
        Assert.True(features.HasText);
        Assert.True((features.Elicitation & Elicitation.Preference) != 0);
    }

    [Fact]
    public void Take_WhenAPromptIsABook_ThenItIsReadAtBothEnds()
    {
        var book = string.Concat(Enumerable.Repeat("The quiet harbour stands by the wooden bridge. ", 20_000));
        Assert.True((FeaturesOf.Prompt(book + " Show your work.").Elicitation & Elicitation.Reasoning) != 0);
        Assert.InRange(FeaturesOf.Prompt(book).Words, 1, PromptText.MostWords);
    }

    [Fact]
    public void Take_WhenAddressesAreOfOneCustomer_ThenTheirFingerprintIsOne()
    {
        static ulong Of(string ip) =>
            FeaturesOf
                .Line(
                    "{\"id\":\"x\",\"time\":\"2026-03-02T00:10:19.162Z\",\"account\":\"a\",\"client\":{\"ip\":\""
                        + ip
                        + "\"},\"request\":{}}"
                )
                .Address;
        Assert.Equal(Of("2001:db8:1:2::5"), Of("2001:db8:1:2:ffff::9"));
        Assert.NotEqual(Of("2001:db8:1:2::5"), Of("2001:db8:1:3::5"));
        Assert.Equal(Of("198.51.100.7"), Of("::ffff:198.51.100.7"));
        Assert.NotEqual(Of("198.51.100.7"), Of("198.51.100.8"));
        Assert.NotEqual(0UL, Of("not an address"));
    }

    private const ulong GoldenHash = 16884882954182546295;
}
