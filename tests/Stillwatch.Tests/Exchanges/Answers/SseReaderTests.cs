using System.Net.ServerSentEvents;
using System.Text;
using Stillwatch.Exchanges.Answers;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

public sealed class SseReaderTests
{
    private static readonly string[] Pieces =
    [
        "data:",
        "data: ",
        "data",
        "event:",
        "event: ",
        "id: 7",
        "retry: 9",
        ": comment",
        ":",
        " ",
        "x",
        "ä",
        "{\"a\":1}",
        "dat",
        "\n",
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "\r\n\r\n",
    ];

    /// <summary>The three examples of the standard (WHATWG HTML, section 9.2.6).</summary>
    [Theory]
    [InlineData("data: YHOO\ndata: +2\ndata: 10\n\n", "=YHOO\n+2\n10")]
    [InlineData(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event", "=first event|=second event")]
    [InlineData("data\n\ndata\ndata\n\ndata:", "=|=\n")]
    [InlineData("data:test\n\ndata: test\n\n", "=test|=test")]
    public void Read_WhenTheStandardGivesAnExample_ThenTheEventsAreThoseItNames(string stream, string events) =>
        Assert.Equal(events, Read(stream));

    [Theory]
    // a name without data is of no event, and of none that follows
    [InlineData("event: a\n\ndata: x\n\n", "=x")]
    [InlineData("event: a\ndata: x\n\ndata: y\n\n", "a=x|=y")]
    [InlineData("event: a\nevent: b\ndata: x\n\n", "b=x")]
    [InlineData("data:   two spaces\n\n", "=  two spaces")] // one space behind the colon is taken, and no more
    [InlineData("Data: x\n\ndatax: y\n\n data: z\n\n", "")]
    [InlineData("data: x", "")]
    [InlineData("data: x\n", "")]
    [InlineData("data: x\r\n\r\n", "=x")]
    [InlineData("data: x\r\rdata: y\n\r\n", "=x|=y")]
    [InlineData("data: aa\ndata: b\n\ndata: c\ndata: d\ndata: e\n\n", "=aa\nb|=c\nd\ne")]
    [InlineData("data: a:b: c\n\n", "=a:b: c")]
    public void Read_WhenLinesAreOdd_ThenTheyAreReadAsTheStandardSays(string stream, string events) => Assert.Equal(events, Read(stream));

    [Fact]
    public void Read_WhenAMarkStandsInFront_ThenItIsPassedOverAtTheStreamsStartOnly()
    {
        Assert.Equal("=x", Read("\uFEFFdata: x\n\n"));
        Assert.Equal("", Read("\uFEFFdata: x\n\n", isStart: false));
        Assert.Equal("", Read("\uFEFF\uFEFFdata: x\n\n"));
    }

    [Fact]
    public void Read_WhenAnEventWasRead_ThenLeftIsWhatStandsBehindIt()
    {
        var reader = new SseReader("data: x\n\ndata: y\r\n\r\nda"u8);
        Assert.True(reader.Read());
        Assert.Equal("data: y\r\n\r\nda".Length, reader.Left);
        Assert.True(reader.Read());
        Assert.Equal("da".Length, reader.Left);
        Assert.False(reader.Read());
        Assert.True(reader.Data.IsEmpty);
    }

    [Fact]
    public void Read_WhenAnyStreamComes_ThenTheEventsAreThoseThatTheRuntimesParserFinds()
    {
        var random = new Random(11);
        var found = 0;
        for (var run = 0; run < 30_000; run++)
        {
            var stream = string.Concat(Enumerable.Range(0, random.Next(16)).Select(_ => Pieces[random.Next(Pieces.Length)])) + "\n\n";
            using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(stream));
            // it takes names over from events without data
            var expected = string.Join('|', SseParser.Create(bytes).Enumerate().Select(item => item.Data));
            var actual = Read(stream, names: false);
            Assert.True(expected == actual, $"{stream.Replace("\r", "\\r").Replace("\n", "\\n")}: {expected} expected, {actual} read");
            found += actual.Length > 0 ? 1 : 0;
        }

        Assert.True(found > 5_000, $"only {found} streams had an event");
    }

    /// <summary>Joined one by one, each with all before it, the lines of this one took 10 GB.</summary>
    [Fact]
    public void Read_WhenAnEventHasManyLines_ThenTheWorkGrowsWithItsLengthAlone()
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data: 7\n", 100_000)) + "\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new SseReader(stream);
        Assert.True(reader.Read());
        Assert.Equal(2 * 100_000 - 1, reader.Data.Length);
        Assert.True(reader.Data.Count((byte)'7') == 100_000 && reader.Data.Count((byte)'\n') == 99_999);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    private static string Read(string stream, bool isStart = true, bool names = true)
    {
        List<string> events = [];
        var reader = new SseReader(Encoding.UTF8.GetBytes(stream), isStart);
        while (reader.Read())
        {
            events.Add((names ? Encoding.UTF8.GetString(reader.Event) + "=" : "") + Encoding.UTF8.GetString(reader.Data));
        }

        return string.Join('|', events);
    }
}
