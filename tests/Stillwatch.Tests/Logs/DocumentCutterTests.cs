using System.Text;
using System.Text.Json;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class DocumentCutterTests
{
    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":2}\n", true, false)] // lines of objects
    [InlineData("{\"a\":1}\n", true, false)]
    [InlineData("{\"a\":1}", true, false)]
    [InlineData("{\n  \"a\": 1\n}\n", true, true)] // an object over several lines
    [InlineData("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}", true, true)]
    [InlineData("[\n{\"a\":1},\n{\"a\":2}\n]\n", true, false)] // a list with one object a line is read by lines
    [InlineData("[{\"a\":1},{\"a\":2}]", true, false)]
    [InlineData("[\n  {\n    \"a\": 1\n  }\n]", true, true)]
    [InlineData("[{\"a\":1},\n{\"a\"", false, false)]
    [InlineData("[{\"a\":{\"b\":[1,2", false, true)] // a list that goes on in one long line
    [InlineData("{\"a\":{\"b\":[1,2", false, false)] // a long line of its own
    [InlineData("{\"a\":{\"b\":[1,2", true, false)] // broken off
    [InlineData("{\"id\":\"torn\",\"request\":{\n{\"a\":1}\n", true, false)] // torn at the front: the rest are lines
    [InlineData("{\n\"a\": 1,\n}", true, true)] // a comma too many
    [InlineData("{\n\"a\": ,\n}", true, false)]
    [InlineData("\0\0\0 {\n\"a\": 1\n}", true, true)]
    [InlineData("plain text\n{\"a\":1}", true, false)]
    [InlineData("", true, false)]
    [InlineData("[]", true, false)]
    public void IsDocument_WhenAFileBegins_ThenItIsOneOnlyWhereItsFirstLineBreaksOffAndGoesOn(string start, bool isAll, bool document) =>
        Assert.Equal(document, DocumentCutter.IsDocument(Encoding.UTF8.GetBytes(start), isAll));

    [Fact]
    public void Next_WhenTheDocumentComesInAnyPieces_ThenItsObjectsAreThoseOfItsTree()
    {
        var random = new Random(17);
        string[] strings = ["", "}", "{", "\"", "\\", "\\\"", "}\\", "[{\"a\":\"}\"}]", "ä😀", "\n"];
        for (var run = 0; run < 1_500; run++)
        {
            var options = new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 };
            object Value(int depth) =>
                random.Next(depth > 3 ? 2 : 4) switch
                {
                    0 => strings[random.Next(strings.Length)],
                    1 => 7,
                    2 => Enumerable.Range(0, random.Next(3)).Select(_ => Value(depth + 1)).ToArray(),
                    _ => Enumerable
                        .Range(0, random.Next(3))
                        .ToDictionary(i => strings[random.Next(strings.Length)] + i, _ => Value(depth + 1)),
                };
            var objects = Enumerable
                .Range(0, random.Next(1, 5))
                .Select(i => new Dictionary<string, object> { ["n"] = i, [strings[random.Next(strings.Length)]] = Value(0) })
                .ToArray();
            var text =
                random.Next(2) == 0
                    ? JsonSerializer.Serialize(objects, options)
                    : string.Join(random.Next(2) == 0 ? "" : "\n,", objects.Select(one => JsonSerializer.Serialize(one, options)));
            Assert.Equal(objects.Select(one => JsonSerializer.Serialize(one)), Cut(Encoding.UTF8.GetBytes(text), random));
        }
    }

    [Fact]
    public void Next_WhenAnObjectGoesOn_ThenItSaysSoAndGoesOnWithTheNextPiece()
    {
        var cutter = new DocumentCutter();
        Assert.Equal(-1, cutter.Next("[ {\"a\":\"x}\\"u8));
        Assert.Equal(-1, cutter.Next(""u8));
        Assert.Equal(-1, cutter.Next("\"}"u8)); // an escaped quotation mark, the escape in the piece before
        Assert.Equal(2, cutter.Next("\"},{\"b\":1}"u8));
        Assert.Equal(8, cutter.Next(",{\"b\":1}"u8));
        Assert.Equal(-1, cutter.Next("]\n"u8));
    }

    [Fact]
    public void Next_WhenBracesAreTooMany_ThenTheNextObjectIsFoundAllTheSame()
    {
        var cutter = new DocumentCutter();
        Assert.Equal(1, cutter.Next("}{\"a\":1}"u8));
        Assert.Equal(7, cutter.Next("{\"a\":1}"u8));
    }

    /// <summary>The objects as the reader of blocks cuts them, normalised.</summary>
    private static List<string> Cut(byte[] text, Random random)
    {
        List<string> objects = [];
        var cutter = new DocumentCutter();
        var held = new List<byte>();
        for (var at = 0; at < text.Length; )
        {
            var piece = text.AsSpan(at, Math.Min(1 + random.Next(random.Next(2) == 0 ? 3 : 60), text.Length - at));
            at += piece.Length;
            for (int end; (end = cutter.Next(piece)) >= 0; piece = piece[end..])
            {
                held.AddRange(piece[..end]);
                using var whole = JsonDocument.Parse(held.ToArray().AsMemory().TrimStart(" \t\r\n,["u8.ToArray()));
                objects.Add(JsonSerializer.Serialize(whole.RootElement));
                held.Clear();
            }

            held.AddRange(piece);
        }

        Assert.True(held.ToArray().AsSpan().Trim(" \t\r\n,[]"u8).IsEmpty);
        return objects;
    }
}
