using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class JsonTextTests
{
    private static readonly string[] Pieces =
    [
        "a",
        "é",
        "你",
        "😀",
        "\\n",
        "\\t",
        "\\r",
        "\\b",
        "\\f",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041",
        "\\u00e9",
        "\\u4F60",
        "\\ud83d\\ude00",
        "\\uD83D\\uDE00",
        "\\u0000",
        "u",
        "/",
    ];

    [Fact]
    public void Unescape_WhenTheStringIsWhole_ThenItIsWhatTheRuntimeReadsAndNeverLonger()
    {
        var random = new Random(6);
        for (var run = 0; run < 20_000; run++)
        {
            var raw = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            Assert.Equal(JsonSerializer.Deserialize<string>($"\"{raw}\""), Unescaped(raw));
        }
    }

    [Theory]
    [InlineData("\\ud800", "\ufffd")]
    [InlineData("\\ude00", "\ufffd")]
    [InlineData("a\\ud83dz", "a\ufffdz")]
    [InlineData("\\ud83d\\ud83d\\ude00", "\ufffd😀")]
    [InlineData("\\ude00\\ud83d", "\ufffd\ufffd")]
    [InlineData("\\ud83d\\n", "\ufffd\n")]
    [InlineData("\\ud83d\\u0041", "\ufffdA")]
    public void Unescape_WhenHalfOfACharacterStandsThere_ThenItIsReplacedAndTheRestIsRead(string raw, string text) =>
        Assert.Equal(text, Unescaped(raw));

    [Theory]
    [InlineData("\"model\"", "model", true)]
    [InlineData("\"\\u006dodel\"", "model", true)]
    [InlineData("\"mode\\u006C\"", "model", true)]
    [InlineData("\"\\u006d\\u006f\\u0064\\u0065\\u006c\"", "model", true)]
    [InlineData("\"Model\"", "model", false)]
    [InlineData("\"models\"", "model", false)]
    [InlineData("\"\\u006dodels\"", "model", false)]
    [InlineData("\"\\ud800\"", "model", false)]
    [InlineData("\"\\u006d\\u006d\\u006d\\u006d\\u006d\\u006d\"", "model", false)] // longer than any escape of it
    [InlineData("\"\"", "", true)]
    public void Is_WhenANameIsWrittenInAnyWay_ThenItIsThatName(string json, string name, bool expected)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        Assert.Equal(expected, reader.Is(Encoding.ASCII.GetBytes(name)));
    }

    [Fact]
    public void BytesAndTake_WhenAStringIsRead_ThenTheyAreThoseOfItsText()
    {
        foreach (var raw in new[] { "", "plain", "é", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\n\\n\\n" })
        {
            var text = Unescaped(raw);
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"\"{raw}\""));
            reader.Read();
            Assert.Equal(Encoding.UTF8.GetByteCount(text), JsonText.Bytes(ref reader));
            var draft = new ExchangeDraft();
            JsonText.Take(ref reader, draft);
            // the second of two: behind the first
            Assert.Equal(text, Encoding.UTF8.GetString(draft.Text(JsonText.Take(ref reader, draft))));
            Assert.Equal(2 * Encoding.UTF8.GetByteCount(text), draft.TextLength);
        }
    }

    [Fact]
    public void Reader_WhenATextIsAsDeepAsALineMayBe_ThenItIsReadAndNotOneDeeper()
    {
        static void Through(int depth)
        {
            var reader = JsonText.Reader(Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth)));
            while (reader.Read()) { }
        }

        Through(ExchangeLineReader.MostDepth);
        Assert.ThrowsAny<JsonException>(() => Through(ExchangeLineReader.MostDepth + 1));
    }

    private static string Unescaped(string raw)
    {
        var bytes = Encoding.UTF8.GetBytes(raw);
        var into = new byte[bytes.Length]; // never longer than it was
        return Encoding.UTF8.GetString(into, 0, JsonText.Unescape(bytes, into));
    }
}
