using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Dialects;

public sealed class WireFormatTests
{
    [Theory]
    [InlineData("/v1/chat/completions", Dialect.Chat)]
    [InlineData("/v1/completions", Dialect.Completions)]
    [InlineData("/v1/responses", Dialect.Responses)]
    [InlineData("/v1/embeddings", Dialect.Embeddings)]
    [InlineData("/v1/messages", Dialect.Messages)]
    [InlineData("/v1/messages/count_tokens", Dialect.CountTokens)]
    [InlineData("/v1beta/models/g-1:generateContent", Dialect.Gemini)]
    [InlineData("/v1/models/g-1:streamGenerateContent", Dialect.Gemini)]
    public void At_WhenAPathIsOfADialect_ThenItsFormatIsFound(string path, Dialect dialect)
    {
        var format = WireFormat.At(path)!;
        Assert.Equal(dialect, format.Dialect);
        Assert.Same(format, WireFormat.Of(dialect));
    }

    [Theory]
    [InlineData("/v1/chat/completions/")]
    [InlineData("/V1/chat/completions")]
    [InlineData("/v1/chat")]
    [InlineData("/v1/models")]
    [InlineData("/v1beta/models/:generateContent")]
    [InlineData("/v1beta/models/../x:generateContent")]
    [InlineData("/v1beta/models/g%2f1:generateContent")]
    [InlineData("")]
    public void At_WhenAPathIsOnlyLikeOne_ThenThereIsNone(string path) => Assert.Null(WireFormat.At(path));

    [Fact]
    public void Of_WhenANumberIsOfNoDialect_ThenItIsPassedOnAsItIs()
    {
        foreach (var number in new[] { (byte)Dialect.Other, (byte)Dialect.Models, (byte)99, byte.MaxValue })
        {
            Assert.Equal(Dialect.Other, WireFormat.Of((Dialect)number).Dialect);
        }
    }

    [Fact]
    public void Formats_WhenAllAreLookedAt_ThenNoPathAndNoDialectComesTwiceAndEachFindsItself()
    {
        Assert.Equal(8, WireFormat.Formats.Count);
        Assert.Distinct(WireFormat.Formats.Select(format => format.Dialect));
        Assert.Distinct(WireFormat.Formats.SelectMany(format => format.Paths));
        foreach (var format in WireFormat.Formats.Where(format => format.PathFor("m") != null))
        {
            Assert.Same(format, WireFormat.At(format.PathFor("m")!));
        }
    }

    /// <summary>One name must mean one thing in all dialects: a field is looked up without knowing the dialect.</summary>
    [Fact]
    public void Fields_WhenANameIsInSeveralDialects_ThenItMeansTheSameInAll()
    {
        foreach (
            var name in WireFormat
                .Formats.SelectMany(format => format.Fields)
                .SelectMany(field => field.Names.Select(name => (Name: name, field.Field)))
                .GroupBy(pair => pair.Name)
        )
        {
            var kinds = name.Select(pair => pair.Field).Distinct().ToList();
            Assert.True(kinds.Count == 1, $"{name.Key}: {string.Join(", ", kinds)}");
        }
    }

    [Theory]
    [InlineData("[DONE]", 1)]
    [InlineData("[DONE] ", 1)]
    [InlineData("{\"error\":{}}", 2)]
    [InlineData("{\"error\" :{}}", 2)]
    [InlineData("{\"errors\":{}}", 0)]
    [InlineData("[DONE", 0)]
    [InlineData("", 0)]
    public void OfData_WhenNothingElseIsSaid_ThenOpenAisMarksCount(string data, int mark) =>
        Assert.Equal((StreamMark)mark, WireFormat.Of(Dialect.Chat).OfData(Encoding.UTF8.GetBytes(data)));

    [Fact]
    public void Error_WhenNothingElseIsSaid_ThenItIsInOpenAisForm()
    {
        var facts = new ErrorFacts(429, "rate_limit_error", null, "Wait \"a\" while", "req_1");
        foreach (var dialect in new[] { Dialect.Chat, Dialect.Completions, Dialect.Responses, Dialect.Embeddings, Dialect.Other })
        {
            var body = JsonNode.Parse(WireFormat.Of(dialect).Error(facts))!;
            var expected = JsonNode.Parse(
                """{"error":{"message":"Wait \"a\" while","type":"rate_limit_error","param":null,"code":null}}"""
            );
            Assert.True(JsonNode.DeepEquals(expected, body), body.ToJsonString());
        }
    }

    /// <summary>A stream may have been cut in the middle of a line: what is said then must not become the rest of it.</summary>
    [Fact]
    public void ErrorEvent_WhenALineBrokeOff_ThenItIsAnEventOfItsOwnInEveryDialect()
    {
        foreach (var format in WireFormat.Formats)
        {
            var events = new SseReader([
                .. "data: {\"choices\":[{\"de"u8,
                .. format.ErrorEvent(new ErrorFacts(500, "server_error", "x", "It broke", "req_1")),
            ]);
            Assert.True(events.Read());
            Assert.True(events.Read());
            Assert.Contains("It broke", JsonNode.Parse(events.Data)!.ToJsonString(), StringComparison.Ordinal);
            Assert.False(events.Read());
            Assert.Equal(0, events.Left);
        }
    }

    [Fact]
    public void Fields_WhenTheGatewayJudges_ThenEveryFormatNamesItsModelOrHasItInItsPath()
    {
        foreach (var format in WireFormat.Formats.Where(format => format.Dialect != Dialect.Other))
        {
            Assert.True(
                format.Fields.Any(field => field.Field == RequestField.Model) != (format.ModelIn(format.PathFor("m-1")!) == "m-1"),
                $"{format.Dialect}"
            );
        }
    }
}
