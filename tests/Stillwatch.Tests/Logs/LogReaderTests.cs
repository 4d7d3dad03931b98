using System.IO.Compression;
using System.Text;
using Xunit;
using ZstdSharp;

namespace Stillwatch.Tests.Logs;

public sealed class LogReaderTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhenPlainGzipAndZstandardInAnyOrder_ThenAllIsThereInOrderOfTime()
    {
        var plain = _folder.Write("a.jsonl", LogFolder.Line("a", 30) + LogFolder.Line("b", 10));
        var gzip = _folder.Write("b.jsonl.gz", Gzip(LogFolder.Line("c", 20)));
        using var compressor = new Compressor();
        var zstandard = _folder.Write("c.jsonl.zst", compressor.Wrap(Encoding.UTF8.GetBytes(LogFolder.Line("d", 5))).ToArray());
        Assert.Equal([5, 10, 20, 30], LogFolder.Read([plain, gzip, zstandard]).Seconds);
        Assert.Equal([5, 10, 20, 30], LogFolder.Read([zstandard, gzip, plain]).Seconds);
    }

    [Fact]
    public void Read_WhenGzipIsCutOff_ThenWhatCameBeforeIsReadAndItIsSaid()
    {
        var text = string.Concat(
            Enumerable.Range(0, 5_000).Select(i => LogFolder.Line($"x{i}", i % 60, prompt: $"prompt {i * 7919 % 10007}"))
        );
        var whole = Gzip(text);
        var (seconds, complaints, _) = LogFolder.Read([_folder.Write("cut.jsonl.gz", whole[..(whole.Length / 2)])]);
        Assert.InRange(seconds.Count, 1_000, 4_000);
        Assert.Contains(complaints, line =>
            line.Contains("cut.jsonl.gz:", StringComparison.Ordinal) && line.Contains("cut off", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_WhenGzipIsCutOffWhereALineEnds_ThenItIsSaidAllTheSame()
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(LogFolder.Line("a", 1) + LogFolder.Line("b", 2)));
            gzip.Flush(); // as shippers do: all that was written can be read
            var (seconds, complaints, _) = LogFolder.Read([_folder.Write("flushed.jsonl.gz", into.ToArray())]);
            Assert.Equal([1, 2], seconds);
            Assert.Contains("cut off", Assert.Single(complaints), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_WhenGzipHasSeveralMembers_ThenAllAreReadAndNothingIsAmiss()
    {
        byte[] members = [.. Gzip(LogFolder.Line("a", 1)), .. Gzip(LogFolder.Line("b", 2) + LogFolder.Line("c", 3)), .. Gzip("")];
        var (seconds, complaints, _) = LogFolder.Read([_folder.Write("members.jsonl.gz", members)]);
        Assert.Equal([1, 2, 3], seconds);
        Assert.Empty(complaints);
        Assert.Contains(
            "cut off",
            Assert.Single(LogFolder.Read([_folder.Write("less.jsonl.gz", members[..^9])]).Complaints),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Read_WhenALineOfAnotherFormatIsNoUtf8_ThenItIsNamedAndTheNextIsRead()
    {
        var good = """{"request_id":"r","user":"u","startTime":"2026-03-02T00:00:07Z","messages":[],"model":"m"}""";
        var (seconds, complaints, _) = LogFolder.Read([
            _folder.Write(
                "spend.jsonl",
                [
                    .. Encoding.UTF8.GetBytes(good),
                    .. "\n{\"request_id\":\"r2\",\"\xFF"u8,
                    0xFF,
                    .. "\":1}\n"u8,
                    .. Encoding.UTF8.GetBytes(good.Replace("\"r\"", "\"r3\"", StringComparison.Ordinal)),
                ]
            ),
        ]);
        Assert.Equal([7, 7], seconds);
        Assert.Contains("spend.jsonl:2: the line is not valid UTF-8", Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenIdsOfOneTimeDiffer_ThenTheyComeInTheirOwnOrder()
    {
        var text =
            LogFolder.Line("id-of-thirty-two-bytes-and-more-b", 1, "third")
            + LogFolder.Line("b", 1, "second")
            + LogFolder.Line("B", 1, "first");
        using var reader = new Stillwatch.Logs.LogReader([_folder.Write("o.jsonl", text)], Stillwatch.Sketches.KeyedHash.ForScan);
        reader.Read();
        Assert.Equal(["first", "second", "third"], reader.Exchanges().Select(exchange => reader.Accounts[exchange.Account]));
    }

    [Fact]
    public void Read_WhenRunsAreSpilled_ThenNoFileOfThemHasAName()
    {
        var log = _folder.Write("s.jsonl", string.Concat(Enumerable.Range(0, 3_000).Select(i => LogFolder.Line($"x{i}", i % 60))));
        var folder = Path.GetDirectoryName(log)!;
        using var reader = new Stillwatch.Logs.LogReader(
            [log],
            Stillwatch.Sketches.KeyedHash.ForScan,
            heldExchanges: 100,
            spillFolder: folder
        );
        reader.Read();
        Assert.True(reader.SpilledRuns > 10);
        Assert.Equal([log], Directory.EnumerateFiles(folder));
        Assert.Equal(3_000, reader.Exchanges().Count());
    }

    [Fact]
    public void Read_WhenTheRunsCannotBeWritten_ThenItSaysSoAndDoesNotHang()
    {
        using var reader = new Stillwatch.Logs.LogReader(
            [_folder.Write("s.jsonl", string.Concat(Enumerable.Range(0, 200_000).Select(i => LogFolder.Line($"x{i}", i % 60))))],
            Stillwatch.Sketches.KeyedHash.ForScan,
            heldExchanges: 100,
            spillFolder: "/proc/nowhere"
        );
        Assert.ThrowsAny<IOException>(reader.Read);
    }

    [Fact]
    public void Read_WhenGzipIsBroken_ThenWhatCameBeforeIsReadAndItIsSaid()
    {
        var whole = Gzip(
            string.Concat(Enumerable.Range(0, 5_000).Select(i => LogFolder.Line($"x{i}", i % 60, prompt: $"prompt {i * 7919 % 10007}")))
        );
        Array.Fill(whole, (byte)0xFF, whole.Length / 2, 400);
        var (seconds, complaints, _) = LogFolder.Read([
            _folder.Write("broken.jsonl.gz", whole),
            _folder.Write("good.jsonl", LogFolder.Line("g", 1)),
        ]);
        Assert.Contains(1, seconds);
        Assert.NotEmpty(complaints);
    }

    [Fact]
    public void Read_WhenALineHas50Megabytes_ThenItIsNamedAndTheNextIsRead()
    {
        var path = _folder.Write(
            "long.jsonl",
            LogFolder.Line("a", 1) + LogFolder.Line("b", 2, prompt: new string('x', 50 * 1024 * 1024)) + LogFolder.Line("c", 3)
        );
        var (seconds, complaints, _) = LogFolder.Read([path]);
        Assert.Equal([1, 3], seconds);
        Assert.Contains("long.jsonl:2: the line is longer than 48 MiB", Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenALineHas10Megabytes_ThenItIsTaken() =>
        Assert.Equal(
            [1, 2],
            LogFolder
                .Read([
                    _folder.Write("l.jsonl", LogFolder.Line("a", 1, prompt: new string('x', 10 * 1024 * 1024)) + LogFolder.Line("b", 2)),
                ])
                .Seconds
        );

    [Fact]
    public void Read_WhenSeveralLinesHaveOneId_ThenTheFirstByTimeThenByBytesCounts()
    {
        var path = _folder.Write(
            "d.jsonl",
            LogFolder.Line("same", 9)
                + LogFolder.Line("same", 3, prompt: "b")
                + LogFolder.Line("same", 3, prompt: "a")
                + LogFolder.Line("other", 5)
        );
        var (seconds, complaints, _) = LogFolder.Read([path]);
        Assert.Equal([3, 5], seconds);
        Assert.Equal(2, complaints.Count);
        Assert.All(complaints, line => Assert.Contains("d.jsonl:3, which counts", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WhenLinesAreBad_ThenEachIsNamedWithFileLineAndReasonAndTwentyOfAKind()
    {
        var path = _folder.Write(
            "bad.jsonl",
            LogFolder.Line("a", 1) + string.Concat(Enumerable.Repeat("{broken\n", 25)) + "\n  \n" + LogFolder.Line("b", 2)
        );
        var (seconds, complaints, _) = LogFolder.Read([path]);
        Assert.Equal([1, 2], seconds);
        Assert.Equal(21, complaints.Count);
        Assert.StartsWith($"{path}:2: not valid JSON at byte 1", complaints[0], StringComparison.Ordinal);
        Assert.Equal("… and 5 more of this kind (NotJson)", complaints[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\uFEFF")]
    public void Read_WhenThereIsNothing_ThenNothingIsRead(string text) =>
        Assert.Empty(LogFolder.Read([_folder.Write("e.jsonl", text)]).Seconds);

    [Fact]
    public void Read_WhenTheFileBeginsWithAMarkAndEndsWithoutANewline_ThenAllIsRead() =>
        Assert.Equal(
            [1, 2],
            LogFolder
                .Read([_folder.Write("m.jsonl", "\uFEFF" + LogFolder.Line("a", 1).TrimEnd() + "\r\n" + LogFolder.Line("b", 2).TrimEnd())])
                .Seconds
        );

    [Fact]
    public void Read_WhenMemoryHoldsLittle_ThenRunsAreSpilledAndTheOrderIsTheSame()
    {
        var random = new Random(3);
        var text = string.Concat(Enumerable.Range(0, 3_000).Select(i => LogFolder.Line($"x{i}", random.Next(60))));
        var path = _folder.Write("s.jsonl", text);
        var (small, _, runs) = LogFolder.Read([path], held: 100);
        var (large, _, none) = LogFolder.Read([path], workers: 1, held: 100_000);
        Assert.True(runs > 10);
        Assert.Equal(0, none);
        Assert.Equal(large, small);
    }

    [Fact]
    public void Read_WhenAFileIsMissing_ThenItSaysWhichAndWhatToDo()
    {
        var fault = Assert.Throws<UnusableInputException>(() => LogFolder.Read([Path.Combine(_folder.Path, "nothere.jsonl")]));
        Assert.Contains("nothere.jsonl", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenOtherFormatsComeBesides_ThenEachIsTranslated()
    {
        var spend = _folder.Write(
            "spend.jsonl",
            """{"request_id":"r","user":"u","startTime":"2026-03-02T00:00:07Z","messages":[],"model":"m"}"""
        );
        var spans = _folder.Write(
            "spans.jsonl",
            """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t","spanId":"s","startTimeUnixNano":"1772409608000000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}}]}]}]}]}"""
        );
        Assert.Equal([1, 7, 8], LogFolder.Read([spend, spans, _folder.Write("x.jsonl", LogFolder.Line("a", 1))]).Seconds);
    }

    private static byte[] Gzip(string text)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return into.ToArray();
    }
}
