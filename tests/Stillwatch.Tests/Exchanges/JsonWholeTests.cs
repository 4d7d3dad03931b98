using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class JsonWholeTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("100", 100L)]
    [InlineData("-7", -7L)]
    [InlineData("100.0", 100L)]
    [InlineData("1e3", 1000L)]
    [InlineData("-0.0", 0L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", long.MaxValue)]
    [InlineData("-1e40", long.MinValue)]
    [InlineData("\"100\"", 100L)]
    [InlineData("\" 100 \"", 100L)]
    [InlineData("\"1e2\"", 100L)]
    [InlineData("\"100.0\"", 100L)]
    [InlineData("\"1e30\"", long.MaxValue)]
    public void TryRead_WhenAServerTakesItForAWholeNumber_ThenItIsThat(string json, long expected)
    {
        Assert.True(Read(json, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e999")]
    [InlineData("\"1.5\"")]
    [InlineData("\"\"")]
    [InlineData("\"ten\"")]
    [InlineData("\"0x10\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"1,000\"")]
    [InlineData("\"\\u0031\"")]
    [InlineData("\"00000000000000000000000000000000000000001\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void TryRead_WhenItIsNoWholeNumber_ThenItSaysSo(string json) => Assert.False(Read(json, out _));

    [Theory]
    [InlineData("{}", true)]
    [InlineData(" [1,{}] \n", true)]
    [InlineData("{}{}", false)]
    [InlineData("{\"a\":1", false)]
    [InlineData("[1,]", false)]
    [InlineData("{} x", false)]
    [InlineData("plain text", true)] // begins as neither: nobody takes it for JSON
    [InlineData("", true)]
    [InlineData("7 8", true)]
    public void IsOne_WhenABodyBeginsAsJson_ThenItMustBeOneValueToItsEnd(string body, bool isOne) =>
        Assert.Equal(isOne, JsonWhole.IsOne(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void IsOne_WhenABodyIsVeryDeep_ThenItIsReadToAThousandAndNoFurther()
    {
        Assert.True(JsonWhole.IsOne(Encoding.ASCII.GetBytes(new string('[', 1_000) + new string(']', 1_000))));
        Assert.False(JsonWhole.IsOne(Encoding.ASCII.GetBytes(new string('[', 1_001) + new string(']', 1_001))));
    }

    private static bool Read(string json, out long value)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return JsonWhole.TryRead(ref reader, out value);
    }
}
