using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

public sealed class ResponseReaderTests
{
    [Fact]
    public void Read_WhenTheBodyStandsInsideALine_ThenItIsReadToItsOwnEndAndNoFurther()
    {
        var reader = new Utf8JsonReader(
            """{"response":{"usage":{"completion_tokens":4},"text":"abc"},"usage":"""u8 + """{"completion_tokens":9}}"""u8
        );
        reader.Read();
        reader.Read();
        reader.Read();
        var counts = ResponseReader.Read(ref reader);
        Assert.Equal((4, 3), (counts.Tokens.Output, counts.OutputBytes));
        Assert.Equal((JsonTokenType.EndObject, 1), (reader.TokenType, reader.CurrentDepth));
        Assert.True(reader.Read() && reader.ValueTextEquals("usage"));
    }

    [Theory]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":2}""", 1, 2)]
    [InlineData("""{"completion_tokens":2,"prompt_tokens_details":{"prompt_tokens":8},"input_tokens":1}""", 1, 2)]
    [InlineData("""{"thoughtsTokenCount":3,"candidatesTokenCount":2}""", -1, 5)]
    [InlineData("""{"candidatesTokenCount":2,"candidatesTokenCount":2}""", -1, 4)]
    [InlineData("""{"output_tokens":2,"output_tokens":3}""", -1, 3)]
    [InlineData("""{"output_tokens":{"output_tokens":2},"input_tokens":[1]}""", -1, -1)]
    [InlineData("""{"output_t\u006fkens":2}""", -1, 2)]
    [InlineData("""{"Output_Tokens":2,"output_tokens ":2}""", -1, -1)]
    [InlineData("{}", -1, -1)]
    public void Usage_WhenAnyDialectReportsIt_ThenTokensInAndOutAreThere(string json, int input, int output)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        Assert.Equal(new TokenCounts(input, output), ResponseReader.Usage(ref reader));
        Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
        Assert.Equal(0, reader.CurrentDepth);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("7.9", 7)]
    [InlineData("1e3", 1000)]
    [InlineData("1000000000", 1_000_000_000)]
    [InlineData("1000000001", 50)]
    [InlineData("-1", 50)]
    [InlineData("1e999", 50)]
    [InlineData("\"7\"", 50)]
    [InlineData("null", 50)]
    [InlineData("true", 50)]
    public void With_WhenAValueIsNoNumberOfTokens_ThenWhatWasReadBeforeStays(string value, int expected)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(value));
        reader.Read();
        Assert.Equal(new TokenCounts(40, expected), ResponseReader.With(new TokenCounts(40, 50), input: false, adds: false, ref reader));
    }

    [Fact]
    public void With_WhenItAddsToWhatNobodyReported_ThenItIsTheNumberItself()
    {
        var reader = new Utf8JsonReader("7"u8);
        reader.Read();
        Assert.Equal(new TokenCounts(-1, 7), ResponseReader.With(TokenCounts.None, input: false, adds: true, ref reader));
        Assert.Equal(new TokenCounts(-1, 12), ResponseReader.With(new TokenCounts(-1, 5), input: false, adds: true, ref reader));
        Assert.Equal(new TokenCounts(7, 5), ResponseReader.With(new TokenCounts(3, 5), input: true, adds: false, ref reader));
    }
}
