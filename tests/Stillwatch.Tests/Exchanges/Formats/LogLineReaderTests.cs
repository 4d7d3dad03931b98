using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

/// <summary>What stands on one line, however it came there: nothing of it is lost in silence.</summary>
public sealed class LogLineReaderTests
{
    private const string First =
        """{"id":"e1","time":"2026-05-01T10:00:00Z","account":"u1","request":{"prompt":"Which tree grows fastest?"}}""";
    private const string Second = """{"id":"e2","time":"2026-05-01T10:00:01Z","account":"u2","request":{"prompt":"What is a graft?"}}""";
    private const string Row =
        """{"request_id":"r1","call_type":"acompletion","startTime":1777629600,"user":"u3","messages":[{"role":"user","content":"Hi"}]}""";

    [Theory]
    [InlineData(First + Second, 2)]
    [InlineData(First + "," + Second + ",", 2)]
    [InlineData("[" + First + ", " + Second + "]", 2)]
    [InlineData("\u001e" + First + "\u001e" + Row, 2)]
    [InlineData(Row + Row + First, 3)]
    [InlineData("\0\0\0" + First, 1)]
    [InlineData("\uFEFF" + Row, 1)]
    [InlineData("{\"data\":[" + First + "," + Row + "],\"next\":null}", 2)]
    [InlineData("{\"hits\":{\"hits\":[{\"_source\":" + First + "}]}}", 1)]
    [InlineData("2026-05-01T10:00:00.123456789Z stdout F " + First, 1)]
    [InlineData("2026-05-01T10:00:00.123Z " + Row, 1)]
    [InlineData("May  1 10:00:00 host app[12]: " + First, 1)]
    public void Read_WhenObjectsStandOnALineInSomeForm_ThenAllAreRead(string line, int exchanges)
    {
        var read = ReadLine.Of(line);
        Assert.Empty(read.Lost);
        Assert.Equal(exchanges, read.Exchanges.Count);
    }

    [Theory]
    [InlineData("""{"log":"LINE\n","stream":"stdout","time":"2026-05-01T10:00:00Z"}""")]
    [InlineData("""{"timestamp":1777629600000,"message":"LINE","ingestionTime":1777629600001}""")]
    [InlineData("""{"MESSAGE":"LINE","__REALTIME_TIMESTAMP":"1777629600000000","_PID":"1"}""")]
    [InlineData("""{"textPayload":"LINE","insertId":"x","timestamp":"2026-05-01T10:00:00Z"}""")]
    public void Read_WhenARuntimeWrappedTheLine_ThenItIsUnwrapped(string wrapper) =>
        Assert.Equal(
            "u1",
            Assert
                .Single(
                    ReadLine
                        .Of(wrapper.Replace("LINE", First.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal))
                        .Exchanges
                )
                .Account
        );

    [Fact]
    public void Read_WhenACustomersTextIsAnExchange_ThenItIsText()
    {
        var forged = First.Replace("\"", "\\\"", StringComparison.Ordinal);
        Assert.Empty(ReadLine.Of($$"""{"level":"info","message":"{{forged}}","user":"u"}""").Exchanges);
        Assert.Empty(ReadLine.Of($$"""{"message":"{{forged}}","timestamp":1777629600000}""").Exchanges);
        Assert.Empty(
            ReadLine.Of("""{"id":"e","time":"2026-05-01T10:00:00Z","account":"a","request":{"metadata":""" + First + "},").Exchanges
        ); // torn: what stands within is not taken for a line
        Assert.Equal(
            "a",
            Assert
                .Single(
                    ReadLine
                        .Of(
                            $$$"""{"id":"e","time":"2026-05-01T10:00:00Z","account":"a","request":{"prompt":"x}{{{{forged}}}","metadata":{{{First}}}}}"""
                        )
                        .Exchanges
                )
                .Account
        );
    }

    [Theory]
    [InlineData("""{"request_id":"r1",""")]
    [InlineData("""{"startTime":1,""")]
    [InlineData("""{"call_type":"x","trace":{},""")]
    public void Read_WhenAnExchangeHasFieldsOfAnotherFormat_ThenItIsAnExchange(string front) =>
        Assert.Equal("u1", Assert.Single(ReadLine.Of(front + First[1..]).Exchanges).Account);

    [Fact]
    public void Read_WhenTheFirstLineIsForeign_ThenOnlyThatIsLost()
    {
        var spans =
            """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t","spanId":"s","startTimeUnixNano":"1777629600000000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}}]}]}]}]}""";
        foreach (var front in new[] { """{"level":"info","msg":"started"}""", """{"key":"a","value":{"stringValue":"b"}}]}]}]}""" })
        {
            var read = ReadLine.OfLines($"{front}\n{spans}\n{Row}\n{First}");
            Assert.Equal(3, read.Exchanges.Count);
            Assert.Equal(RejectionKind.UnknownFormat, read.First.Kind);
        }
    }

    [Theory]
    [InlineData(
        """{"schemaType":"x","timestamp":1,"accountId":"a","f4":1,"f5":2,"f6":3}""",
        "no known format (schemaType, timestamp, accountId, f4, f5, …)"
    )]
    [InlineData(
        """{"id":"o1","type":"GENERATION","startTime":"2026-05-01T10:00:00Z","traceId":"t"}""",
        "no known format (id, type, startTime, traceId)"
    )]
    [InlineData("{}", "no known format (an object without fields)")]
    public void Read_WhenTheFormatIsNotKnown_ThenItsFirstFieldsAreNamed(string line, string says) =>
        Assert.Equal((RejectionKind.UnknownFormat, says), (ReadLine.Of(line).First.Kind, ReadLine.Of(line).First.Detail));

    [Fact]
    public void Read_WhenSomethingIsBrokenBetween_ThenItIsNamedAndTheRestIsRead()
    {
        var behind = ReadLine.Of(First + " garbage");
        Assert.Equal((1, RejectionKind.NotJson), (behind.Exchanges.Count, behind.First.Kind));
        var between = ReadLine.Of("""{"id":"torn","request":tru}""" + Second);
        Assert.Equal((1, RejectionKind.NotJson), (between.Exchanges.Count, between.First.Kind));
        Assert.Contains(
            "cut",
            ReadLine.Of("""{"log":"{\"id\":\"e1\",\"time\":\"2026","stream":"stdout","time":"2026-05-01T10:00:00Z"}""").First.Detail,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "partial",
            ReadLine.Of("2026-05-01T10:00:00.123456789Z stdout P " + First[..40]).First.Detail,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\"2026-05-01T10:00:00\"", "2026-05-01T10:00:00.000Z")]
    [InlineData("\"2026-05-01T12:00:00+0200\"", "2026-05-01T10:00:00.000Z")]
    [InlineData("\"2026-05-01 10:00:00.123456\"", "2026-05-01T10:00:00.123Z")]
    [InlineData("1777629600", "2026-05-01T10:00:00.000Z")]
    [InlineData("1777629600.5", "2026-05-01T10:00:00.500Z")]
    [InlineData("1777629600123", "2026-05-01T10:00:00.123Z")]
    [InlineData("1777629600123456", "2026-05-01T10:00:00.123Z")]
    [InlineData("1777629600123456789", "2026-05-01T10:00:00.123Z")]
    [InlineData("1.7776296E9", "2026-05-01T10:00:00.000Z")]
    [InlineData("\"1777629600\"", "2026-05-01T10:00:00.000Z")]
    [InlineData("\"2026-05-01T10:00:00,123Z\"", "2026-05-01T10:00:00.123Z")]
    [InlineData("\"2026/05/01 10:00:00\"", "2026-05-01T10:00:00.000Z")]
    [InlineData("\"25/05/2026 10:00:00\"", "2026-05-25T10:00:00.000Z")]
    [InlineData("\"2026-05-01 10:00:00 +00:00\"", "2026-05-01T10:00:00.000Z")]
    [InlineData("\"2026-05-01 10:00:00 UTC\"", "2026-05-01T10:00:00.000Z")]
    public void Read_WhenATimeIsWrittenOtherwise_ThenItIsThatTime(string time, string at) =>
        Assert.Equal(
            at,
            Assert.Single(ReadLine.Of($$$"""{"id":"e1","time":{{{time}}},"account":"u1","request":{}}""").Exchanges).At.ToString()
        );

    [Theory]
    [InlineData("\"05/06/2026 10:00:00\"", "either way round")]
    [InlineData("\"soon\"", "no time")]
    [InlineData("12", "not between 2000 and 2100")]
    [InlineData("-5", "no time")]
    [InlineData("\"\"", "no time")]
    [InlineData("true", "not a time")]
    [InlineData("\"1970-01-01T00:00:00Z\"", "not between 2000 and 2100")]
    [InlineData("\"2026-13-01T00:00:00Z\"", "no time")]
    [InlineData("1e400", "no time")]
    public void Read_WhenATimeIsNone_ThenItIsRefused(string time, string says) =>
        Assert.Contains(
            says,
            ReadLine.Of($$$"""{"id":"e1","time":{{{time}}},"account":"u1","request":{}}""").First.Detail,
            StringComparison.Ordinal
        );

    [Fact]
    public void Read_WhenBytesAreChangedAnywhere_ThenNothingThrowsAndNothingIsLostInSilence()
    {
        var random = new Random(20261128);
        var spans =
            """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t","spanId":"s","events":[{"name":"gen_ai.user.message","attributes":[{"key":"content","value":{"stringValue":"[{\"text\":\"x\"}]"}}]}],"startTimeUnixNano":"1777629600000000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}},{"key":"gen_ai.prompt","value":{"arrayValue":{"values":[{"stringValue":"a"}]}}}]}]}]}]}""";
        var wrapped = """{"log":"LINE","stream":"stdout","time":"x"}""".Replace(
            "LINE",
            First.Replace("\"", "\\\"", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        foreach (var line in new[] { First + Second, Row, spans, wrapped, "[" + Row + "," + First + "]", "{\"data\":[" + First + "]}" })
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(line);
            for (var i = 0; i < 3_000; i++)
            {
                byte[] changed = [.. bytes];
                for (var n = random.Next(1, 4); n > 0; n--)
                {
                    changed[random.Next(changed.Length)] =
                        random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"{}[],:\"\\0"[random.Next(9)];
                }

                var read = ReadLine.Of(i % 5 == 0 ? changed[..random.Next(1, changed.Length)] : changed);
                Assert.True(read.Exchanges.Count + read.Lost.Count > 0 || changed[0] is (byte)'[' or (byte)',' or (byte)']');
            }
        }
    }
}
