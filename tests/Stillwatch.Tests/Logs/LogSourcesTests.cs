using System.Diagnostics;
using System.Text;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

/// <summary>Logs lie in folders, come through pipes, and are documents, archives or something else.</summary>
public sealed class LogSourcesTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhenAFolderIsGiven_ThenAllFilesUnderItAreReadButHiddenOnes()
    {
        _folder.Write("logs/b.jsonl", LogFolder.Line("b", 2));
        _folder.Write("logs/2026/05/01/c.json", LogFolder.Line("c", 3).TrimEnd());
        _folder.Write("logs/2026/05/01/d.json", LogFolder.Line("d", 4).TrimEnd());
        _folder.Write("logs/.swap", "no log");
        _folder.Write("logs/.git/e.jsonl", LogFolder.Line("e", 5));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "logs", "again"), Path.Combine(_folder.Path, "logs"));
        var (seconds, complaints, _) = LogFolder.Read([Path.Combine(_folder.Path, "logs")]);
        Assert.Equal([2, 3, 4], seconds);
        Assert.Empty(complaints);
    }

    [Fact]
    public void Read_WhenAFolderHoldsNothing_ThenItSaysSo()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "none"));
        Assert.Contains(
            "no file is in this folder",
            Assert.Throws<UnusableInputException>(() => LogFolder.Read([Path.Combine(_folder.Path, "none")])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Read_WhenItComesThroughANamedPipe_ThenAllIsReadAndTheWriterIsNotCutOff()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        Process.Start("mkfifo", pipe).WaitForExit();
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => LogFolder.Line($"x{i}", i % 60)));
        var written = Task.Run(() => File.WriteAllText(pipe, text), TestContext.Current.CancellationToken);
        Assert.Equal(20_000, LogFolder.Read([pipe]).Seconds.Count);
        await written;
    }

    [Fact]
    public void Read_WhenOneTextStandsForAllPrompts_ThenItIsToldAndCountsForNone()
    {
        var text = string.Concat(
            Enumerable
                .Range(0, 400)
                .Select(i =>
                    LogFolder.Line(
                        $"x{i}",
                        i % 60,
                        $"a{i % 40}",
                        i % 4 == 0
                            ? $"a request of its own, number {i * 7919}, about something"
                            : "the text is not kept here, ask the data office"
                    )
                )
        );
        using var reader = new LogReader([_folder.Write("p.jsonl", text)], Stillwatch.Sketches.KeyedHash.ForScan);
        reader.Read();
        Assert.Equal(100, reader.Exchanges().Count(exchange => exchange.Features.HasText));
        Assert.Contains("in place of a text", Assert.Single(reader.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTimesHaveNoOffsetAndAllIsOneAccountsOfManyKeys_ThenBothAreNoted()
    {
        var rows = string.Concat(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    $$$"""{"request_id":"r{{{i}}}","call_type":"x","startTime":"2026-03-02T00:00:{{{i:00}}}","team_id":"all","metadata":{"user_api_key_hash":"k{{{i % 5}}}"}}"""
                    + "\n"
                )
        );
        using var reader = new LogReader([_folder.Write("r.jsonl", rows)], Stillwatch.Sketches.KeyedHash.ForScan);
        reader.Read();
        Assert.Equal(2, reader.Notes.Count);
        Assert.Contains("20 times without an offset were taken as UTC", reader.Notes[0], StringComparison.Ordinal);
        Assert.Contains("under 5 keys", reader.Notes[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004rest", "zip archive")]
    [InlineData("BZh9rest", "bzip2")]
    [InlineData("PAR1rest", "Parquet")]
    [InlineData("\u0000\u0000\u0001\u0002\n\u0005service.name\u0012\u0003abc\u0001\u0001\u0001", "protobuf")]
    [InlineData("{\0\"\0i\0d\0", "UTF-16")]
    public void Read_WhenTheFileIsNoLog_ThenOneLineSaysWhatItIs(string text, string kind)
    {
        var (seconds, complaints, _) = LogFolder.Read([_folder.Write("x.bin", text), _folder.Write("good.jsonl", LogFolder.Line("g", 1))]);
        Assert.Equal([1], seconds);
        Assert.Contains(kind, Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTheFileIsATarOrXz_ThenOneLineSaysWhatItIs()
    {
        var log = _folder.Write("in.jsonl", LogFolder.Line("g", 1));
        foreach (
            var (file, arguments, kind) in new[]
            {
                ("a.tar", $"-C {_folder.Path} -cf {_folder.Path}/a.tar in.jsonl", "tar archive"),
                ("a.tar.gz", $"-C {_folder.Path} -czf {_folder.Path}/a.tar.gz in.jsonl", "tar archive"),
            }
        )
        {
            Process.Start("tar", arguments).WaitForExit();
            Assert.Contains(
                kind,
                Assert.Single(LogFolder.Read([Path.Combine(_folder.Path, file), log]).Complaints),
                StringComparison.Ordinal
            );
        }

        byte[] xz = [0xFD, .. "7zXZ\0"u8, 0, 4];
        Assert.Contains("xz", Assert.Single(LogFolder.Read([_folder.Write("a.xz", xz), log]).Complaints), StringComparison.Ordinal);
        Assert.Contains(
            "UTF-16",
            Assert.Single(
                LogFolder
                    .Read([_folder.Write("u.jsonl", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(LogFolder.Line("u", 1))]), log])
                    .Complaints
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Read_WhenTheBeginningWasCutOffUnderTheWriter_ThenTheRestIsRead() =>
        Assert.Equal(
            [1, 2],
            LogFolder.Read([_folder.Write("t.jsonl", new string('\0', 100_000) + LogFolder.Line("a", 1) + LogFolder.Line("b", 2))]).Seconds
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_WhenTheFileIsADocument_ThenItsObjectsAreReadAndNumbered(bool pretty)
    {
        // As consoles print them: an object over several lines, in a list or one after the other; larger than what is read at once.
        var padding = new string('x', 3_000);
        var objects = Enumerable
            .Range(0, 1_000)
            .Select(i =>
                $"{{\n  \"id\": \"e{i}\",\n  \"time\": \"2026-03-02T00:00:{i % 60:00}Z\",\n  \"account\": "
                + $"{(i == 500 ? "true" : "\"a\"")},\n  \"request\": {{ \"prompt\": \"}}]{{\\\"{padding}\" }}\n}}"
            );
        var path = _folder.Write("d.json", pretty ? string.Join('\n', objects) : "[\n" + string.Join(",\n", objects) + "\n]\n");
        var (seconds, complaints, _) = LogFolder.Read([path]);
        Assert.Equal(999, seconds.Count);
        Assert.StartsWith($"{path}, object 501: the field 'account'", Assert.Single(complaints), StringComparison.Ordinal);
        var fetched = LineFetcher.Fetch([new LogSource("d", path)], [(0, 501), (0, 1000)]);
        Assert.Contains("\"e500\"", Encoding.UTF8.GetString(fetched[(0, 501)]), StringComparison.Ordinal);
        Assert.Contains("\"e999\"", Encoding.UTF8.GetString(fetched[(0, 1000)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenADocumentIsOneLongLine_ThenMemoryAndLinesAreNoLimit()
    {
        var prompt = new string('x', 5_000);
        var path = _folder.Write(
            "l.json",
            "[" + string.Join(',', Enumerable.Range(0, 12_000).Select(i => LogFolder.Line($"x{i}", i % 60, prompt: prompt).TrimEnd())) + "]"
        );
        Assert.True(new FileInfo(path).Length > BlockReader.LongestLine);
        var (seconds, complaints, _) = LogFolder.Read([path]);
        Assert.Empty(complaints);
        Assert.Equal(12_000, seconds.Count);
    }

    [Fact]
    public void Read_WhenALineIsTornAtTheFront_ThenTheFileIsReadByLines()
    {
        var (seconds, complaints, _) = LogFolder.Read([
            _folder.Write("t.jsonl", "{\"id\":\"torn\",\"request\":{\n" + LogFolder.Line("a", 1) + LogFolder.Line("b", 2)),
        ]);
        Assert.Equal([1, 2], seconds);
        Assert.Single(complaints);
    }

    [Fact]
    public void Read_WhenAResponseIdComesAgain_ThenTheCallsAreAllThere()
    {
        var lines = string.Concat(
            Enumerable
                .Range(0, 5_000)
                .Select(i =>
                    $$$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t{{{i}}}","spanId":"s{{{i}}}","startTimeUnixNano":"{{{1_772_409_600_000_000_000 + i * 1_000_000_000L}}}","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}},{"key":"gen_ai.response.id","value":{"stringValue":"chatcmpl-{{{i % 999}}}"}}]}]}]}]}"""
                    + "\n"
                )
        );
        var (seconds, complaints, _) = LogFolder.Read([_folder.Write("s.jsonl", lines)]);
        Assert.Equal(5_000, seconds.Count);
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Read_WhenAgentAndCallStandInDifferentLines_ThenTheAgentIsPassedOver(int workers)
    {
        static string Span(string trace, string id, string parent, string operation, int second) =>
            $$$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"{{{trace}}}","spanId":"{{{id}}}","parentSpanId":"{{{parent}}}","startTimeUnixNano":"{{{1_772_409_600_000_000_000 + second * 1_000_000_000L}}}","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"{{{operation}}}"}},{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}}]}]}]}]}"""
            + "\n";
        var log = _folder.Write(
            "a.jsonl",
            Span("t1", "c", "g", "chat", 2)
                + Span("t1", "g", "", "invoke_agent", 1) // a call's span ends first and is sent first
                + Span("t2", "g", "", "invoke_agent", 3) // nothing beneath: the agent is all there is
                + Span("t3", "o", "", "invoke_workflow", 4)
                + Span("t3", "i", "o", "invoke_agent", 5)
                + string.Concat(Enumerable.Range(10, 40).Select(i => Span($"t{i}", "c", "", "chat", i)))
        );
        using var reader = new LogReader([log], Stillwatch.Sketches.KeyedHash.ForScan, workers: workers, heldExchanges: 10);
        reader.Read();
        Assert.Equal([2, 3, 5, .. Enumerable.Range(10, 40)], reader.Exchanges().Select(exchange => (int)(exchange.Features.At.Tick % 60)));
        Assert.Contains("2 spans of agents", Assert.Single(reader.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenSpanAndLogRecordDescribeOneCall_ThenItIsOneWithItsText()
    {
        var span =
            """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t","spanId":"s","startTimeUnixNano":"1772409601000000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}}]}]}]}]}""";
        var record =
            """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1772409602000000000","traceId":"t","spanId":"s","eventName":"gen_ai.client.inference.operation.details","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}},{"key":"gen_ai.input.messages","value":{"stringValue":"[{\"role\":\"user\",\"content\":\"Name a tree\"}]"}}]}]}]}]}""";
        using var reader = new LogReader(
            [_folder.Write("s.jsonl", span), _folder.Write("l.jsonl", record)],
            Stillwatch.Sketches.KeyedHash.ForScan
        );
        reader.Read();
        Assert.True(Assert.Single(reader.Exchanges()).Features.HasText);
        Assert.Empty(reader.Rejections.Told());
        Assert.Contains("described twice", Assert.Single(reader.Notes), StringComparison.Ordinal);
    }
}
