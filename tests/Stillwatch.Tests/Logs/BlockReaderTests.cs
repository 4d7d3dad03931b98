using System.IO.Compression;
using System.Text;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class BlockReaderTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\n", true)]
    [InlineData("\n", false)]
    [InlineData("\r\n", true)]
    [InlineData("\r\n", false)]
    public void Blocks_WhenAFileHasManyLines_ThenEachComesOnceUnderItsNumber(string end, bool ends)
    {
        var random = new Random(2);
        var lines = Enumerable
            .Range(0, 6_000)
            .Select(i => i % 500 == 0 ? "" : $"{{\"n\":{i},\"x\":\"{new string('x', random.Next(i % 100 == 1 ? 30_000 : 900))}\"}}")
            .ToList();
        lines[^1] = "last";
        var text = string.Join(end, lines) + (ends ? end : "");
        Assert.True(text.Length > 3 * 1024 * 1024); // several blocks
        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes("\uFEFF" + text), Gzip(text) })
        {
            var path = _folder.Write("l.jsonl", bytes);
            var (read, told, reader) = Read(path);
            Assert.Equal(lines, read.Select(line => line.Text));
            Assert.Equal(Enumerable.Range(1, lines.Count), read.Select(line => (int)line.Number));
            Assert.Empty(told);
            Assert.Equal(bytes.Length, reader.BytesRead);
        }
    }

    [Fact]
    public void Blocks_WhenALineIsLongerThanABlock_ThenItIsWhole()
    {
        var longs = new[] { 3_000_000, 1024 * 1024, 1024 * 1024 - 1, 5_000_000 }.Select(length => new string('y', length)).ToList();
        var (read, told, _) = Read(_folder.Write("l.jsonl", "{}\n" + string.Join('\n', longs) + "\nend\n"));
        Assert.Equal(["{}", .. longs, "end"], read.Select(line => line.Text));
        Assert.Equal([1, 2, 3, 4, 5, 6], read.Select(line => (int)line.Number));
        Assert.Empty(told);
    }

    [Fact]
    public void Blocks_WhenAFileIsADocument_ThenItsObjectsComeUnderTheirNumbers()
    {
        var objects = Enumerable.Range(0, 2_000).Select(i => $"{{\n  \"n\": {i},\n  \"x\": \"{new string('}', i % 1_500)}\"\n}}").ToList();
        var (read, told, _) = Read(_folder.Write("d.json", "[" + string.Join(",\n", objects) + "\n]\n"));
        Assert.Equal(objects, read.Select(one => one.Text.Trim(' ', '\n', ',', '[', ']')).Where(text => text.Length > 0));
        Assert.Equal(Enumerable.Range(1, 2_000), read.Take(2_000).Select(one => (int)one.Number));
        Assert.Empty(told);
    }

    /// <summary>
    /// Cut at every sort of place, of one member and of several: what came out is the beginning of what went in, and the loss is told.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Blocks_WhenAGzipFileIsCutOff_ThenWhatCameBeforeIsReadAndItIsTold(int members)
    {
        var random = new Random(members);
        var parts = Enumerable
            .Range(0, members)
            .Select(_ => string.Concat(Enumerable.Range(0, 300).Select(i => $"{{\"n\":{i},\"r\":{random.Next()}}}\n")))
            .ToList();
        var (text, ends) = (string.Concat(parts), new HashSet<int>());
        byte[] whole = [];
        foreach (var part in parts)
        {
            whole = [.. whole, .. Gzip(part)];
            ends.Add(whole.Length);
        }

        Assert.Empty(Read(_folder.Write("w.gz", whole)).Told);
        foreach (
            var length in Enumerable
                .Range(0, 60)
                .Select(_ => random.Next(20, whole.Length))
                .Concat(Enumerable.Range(1, 30).Select(cut => whole.Length - cut))
                .Where(length => !ends.Contains(length))
        )
        {
            var (read, told, _) = Read(_folder.Write("c.gz", whole[..length]));
            Assert.StartsWith(string.Join('\n', read.Select(line => line.Text)).TrimEnd('\n'), text, StringComparison.Ordinal);
            Assert.True(
                told.Count == 1 && told[0].Contains("cut off", StringComparison.Ordinal),
                $"{length} of {whole.Length}: {string.Join(" | ", told)}"
            );
        }
    }

    [Fact]
    public void Blocks_WhenCompressedDataIsBroken_ThenOneLineSaysSoAndNothingThrows()
    {
        var random = new Random(6);
        var text = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"{{\"n\":{i},\"r\":{random.Next()}}}\n"));
        var told = 0;
        for (var run = 0; run < 60; run++)
        {
            var bytes = Gzip(text);
            bytes[random.Next(20, bytes.Length)] ^= (byte)(1 + random.Next(255));
            var (read, complaints, _) = Read(_folder.Write("b.gz", bytes));
            Assert.InRange(complaints.Count, 0, 1);
            told += complaints.Count;
            var place = string.Join(' ', complaints).Split(":", 3);
            // where reading ended: the last line is broken off or not
            Assert.InRange(int.Parse(place[1]), Math.Max(1, read.Count), read.Count + 1);
        }

        Assert.Equal(60, told); // a byte of the data, or of the checksum and length behind it
    }

    [Fact]
    public void Blocks_WhenTheFileIsNoLog_ThenThereIsNoneAndItIsTold()
    {
        var (read, told, _) = Read(_folder.Write("x.zip", "PK\u0003\u0004 and more"));
        Assert.Empty(read);
        Assert.Equal(
            $"{_folder.Path}/x.zip: a zip archive, which is not read: unpack it and name the folder; file skipped",
            Assert.Single(told)
        );
    }

    [Fact]
    public void Blocks_WhenThereIsNoSuchFile_ThenItSaysWhichAndWhatToDo()
    {
        var path = Path.Combine(_folder.Path, "nowhere.jsonl");
        var message = Assert.Throws<UnusableInputException>(() => Read(path)).Message;
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        Assert.EndsWith("; name a log file that exists and that you may read", message, StringComparison.Ordinal);
        Assert.Equal(
            $"{_folder.Path}: is a folder and no data folder of a deployment; name a file",
            Assert.Throws<UnusableInputException>(() => Read(_folder.Path)).Message
        );
    }

    private static (List<(long Number, string Text)> Lines, IReadOnlyList<string> Told, BlockReader Reader) Read(string path)
    {
        var rejections = Rejections.OfFile(path);
        var reader = new BlockReader([new LogSource(path, path)], rejections);
        List<(long, string)> lines = [];
        foreach (var block in reader.Blocks(0))
        {
            using (block)
            {
                var each = block.GetEnumerator();
                while (each.MoveNext())
                {
                    lines.Add((each.Number, Encoding.UTF8.GetString(each.Current)));
                }
            }
        }

        return (lines, rejections.Told(), reader);
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
