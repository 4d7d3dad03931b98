using System.Text;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

/// <summary>Text of a customer must never become an exchange: a wrapper is undone only where its other fields say whose it is.</summary>
public sealed class WrappedTests
{
    private const string EventId = "01234567890123456789012345678901234567890";

    [Theory]
    [InlineData("""{"log":"{\"id\":\"x\"}\n","stream":"stdout","time":"t"}""", "{\"id\":\"x\"}\n")]
    [InlineData("""{"log":"line","kubernetes":{}}""", "line")]
    [InlineData("""{"log":"line","container_id":"c"}""", "line")]
    [InlineData("""{"log":"line","date":1}""", "line")]
    [InlineData("""{"log":"line"}""", "")]
    [InlineData("""{"log":{"id":"x"},"stream":"stdout"}""", "")]
    [InlineData("""{"message":"line","kubernetes":{"pod":"p"}}""", "line")]
    [InlineData("""{"message":"line","timestamp":1,"ingestionTime":2}""", "line")]
    [InlineData("""{"message":"line","timestamp":1,"id":""" + "\"" + EventId + "\"}", "line")]
    [InlineData("""{"message":"line","timestamp":1,"id":"short"}""", "")]
    // a field that CloudWatch has not: somebody's own log
    [InlineData("""{"message":"line","ingestionTime":2,"user":"u"}""", "")]
    [InlineData("""{"message":"line"}""", "")]
    [InlineData("""{"@message":"line"}""", "line")]
    [InlineData("""{"MESSAGE":"line","__REALTIME_TIMESTAMP":"1"}""", "line")]
    [InlineData("""{"MESSAGE":"line"}""", "")]
    [InlineData("""{"textPayload":"line","insertId":"i"}""", "line")]
    [InlineData("""{"textPayload":"line"}""", "")]
    [InlineData("""{"_source":{"id":"x"},"_index":"i"}""", "{\"id\":\"x\"}")]
    [InlineData("""{"_source":"text"}""", "")]
    [InlineData("""{"jsonPayload":{"id":"x"}}""", "{\"id\":\"x\"}")]
    [InlineData("""{"trace":{"resourceSpans":[]}}""", "{\"resourceSpans\":[]}")]
    [InlineData("""{"Records":[{"id":"x"}]}""", "[{\"id\":\"x\"}]")]
    [InlineData("""{"logEvents":[ {"id":"x"}]}""", "[ {\"id\":\"x\"}]")]
    [InlineData("""{"data":["text"],"items":[{"id":"x"}]}""", "[{\"id\":\"x\"}]")]
    [InlineData("""{"data":[]}""", "")]
    [InlineData("""{"data":{"resourceSpans":[]}}""", "{\"resourceSpans\":[]}")]
    [InlineData("""{"hits":{"hits":[{"_source":{}}]}}""", "{\"hits\":[{\"_source\":{}}]}")]
    [InlineData("""{"items":{"id":"x"}}""", "")]
    [InlineData("""{"prompt":"{\"id\":\"x\"}","response":"line"}""", "")]
    [InlineData("{}", "")]
    public void In_WhenAWrapperIsKnownByItsOtherFields_ThenItIsUndoneAndElseNot(string json, string within)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Equal(within, Encoding.UTF8.GetString(Wrapped.In(bytes, JsonSlices.Of(bytes))));
    }

    [Fact]
    public void In_WhenTheLineIsEscaped_ThenItsEscapesAreUndoneOnce()
    {
        var bytes = """{"@message":"{\"id\":\"a\\\"b\",\"x\":\"\u00e4\"}"}"""u8.ToArray();
        Assert.Equal("""{"id":"a\"b","x":"ä"}""", Encoding.UTF8.GetString(Wrapped.In(bytes, JsonSlices.Of(bytes))));
    }
}
