using System.Buffers;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

public sealed class StreamedObjectTests
{
    [Theory]
    [InlineData("""{"content":"He"}|{"content":"llo"}""", """{"content":"Hello"}""")]
    // text says the same twice when it means it
    [InlineData("""{"content":"ha"}|{"content":"ha"}""", """{"content":"haha"}""")]
    [InlineData("""{"role":"assistant"}|{"role":"assistant"}""", """{"role":"assistant"}""")]
    [InlineData("""{"finish_reason":null}|{"finish_reason":"stop"}|{"finish_reason":null}""", """{"finish_reason":"stop"}""")]
    [InlineData("""{"name":"f"}|{"name":""}""", """{"name":"f"}""")]
    [InlineData("""{"vendor":"same"}|{"vendor":"same"}""", """{"vendor":"same"}""")]
    [InlineData("""{"vendor":"on"}|{"vendor":"ward"}""", """{"vendor":"onward"}""")]
    [InlineData("""{"n":1}|{"n":2}""", """{"n":2}""")]
    [InlineData("""{"n":1}|{"n":null}""", """{"n":1}""")]
    [InlineData("""{"a":{"text":"x","n":1}}|{"a":{"text":"y","m":true}}""", """{"a":{"text":"xy","n":1,"m":true}}""")]
    [InlineData("""{"l":[1]}|{"l":[2,"b"]}|{"l":[]}""", """{"l":[1,2,"b"]}""")]
    [InlineData("""{"a":"x"}|{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":{"b":1}}|{"a":""}""", """{"a":{"b":1}}""")]
    [InlineData("""{"a":{"b":1}}|{"a":"x"}""", """{"a":"x"}""")]
    // halves come together as they were sent
    [InlineData("""{"content":"\ud83d"}|{"content":"\ude00"}""", """{"content":"\ud83d\ude00"}""")]
    [InlineData("""{"content":null}""", """{"content":null}""")]
    [InlineData("{}|{}", "{}")]
    [InlineData("""{"b":1,"a":1}|{"a":2}""", """{"b":1,"a":2}""")]
    public void Merge_WhenPiecesCome_ThenTheObjectIsWhatTheySayTogether(string pieces, string whole)
    {
        var into = new StreamedObject();
        foreach (var piece in pieces.Split('|'))
        {
            Merge(into, piece);
        }

        Assert.Equal(whole, Written(into));
    }

    [Fact]
    public void Merge_WhenAFieldIsLeftOut_ThenNothingOfItIsThereAndTheRestIs()
    {
        var into = new StreamedObject();
        Merge(into, """{"index":[{"x":{}}],"a":1}""", "index");
        Assert.Equal("""{"a":1}""", Written(into));
    }

    [Fact]
    public void Merge_WhenTextIsCutAnywhere_ThenItIsTheSameText()
    {
        const string text = "Ein \"Wörtchen\" \\ und 😀\n";
        var random = new Random(2);
        for (var run = 0; run < 300; run++)
        {
            var into = new StreamedObject();
            for (var at = 0; at < text.Length; )
            {
                var length = Math.Min(1 + random.Next(6), text.Length - at);
                // also in the middle of a surrogate pair
                var piece = string.Concat(text.Substring(at, length).Select(letter => $"\\u{(int)letter:x4}"));
                Merge(into, $"{{\"content\":\"{piece}\"}}");
                at += length;
            }

            using var whole = JsonDocument.Parse(Written(into));
            Assert.Equal(text, whole.RootElement.GetProperty("content").GetString());
        }
    }

    [Fact]
    public void Append_WhenTheFieldHasAString_ThenItGoesOn()
    {
        var into = new StreamedObject();
        into.Set("text"u8, "\"One, \""u8);
        into.Append("text"u8, "two"u8);
        Assert.Equal("One, two", Encoding.UTF8.GetString(into.Text("text"u8)));
        into.Set("n"u8, "7"u8);
        into.Append("n"u8, "x"u8);
        Assert.Equal("""{"text":"One, two","n":"x"}""", Written(into));
    }

    [Fact]
    public void SetIfMissing_WhenTheFieldHasAValueOfAnyKind_ThenItStays()
    {
        var into = new StreamedObject();
        Merge(into, """{"t":"x","r":1,"o":{},"l":[],"nothing":null}""");
        foreach (var name in new[] { "t", "r", "o", "l", "nothing", "new" })
        {
            into.SetIfMissing(Encoding.UTF8.GetBytes(name), "9"u8);
        }

        Assert.Equal("""{"t":"x","r":1,"o":{},"l":[],"nothing":9,"new":9}""", Written(into));
    }

    [Fact]
    public void AddAndRemove_WhenAFieldHadSomethingElse_ThenItIsAListAndThenGone()
    {
        var into = new StreamedObject();
        Merge(into, """{"a":"x","b":1}""");
        into.Add("a"u8, "1"u8);
        into.Add("a"u8, """{"y":2}"""u8);
        Assert.Equal("""{"a":[1,{"y":2}],"b":1}""", Written(into));
        into.Remove("a"u8);
        into.Remove("a"u8);
        Assert.Equal("""{"b":1}""", Written(into));
    }

    [Fact]
    public void Raw_WhenAFieldIsLookedFor_ThenLookingAddsNothing()
    {
        var into = new StreamedObject();
        Assert.True(into.Raw("type"u8).IsEmpty);
        Assert.True(into.Text("type"u8).IsEmpty);
        Assert.True(into.IsEmpty);
        into.Set("type"u8, "\"x\""u8);
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(into.Raw("type"u8)));
        Assert.Equal("""{"type":"x"}""", Written(into));
    }

    private static void Merge(StreamedObject into, string piece, string skip = "")
    {
        var json = Encoding.UTF8.GetBytes(piece);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        into.Merge(ref reader, json, Encoding.UTF8.GetBytes(skip));
        Assert.Equal(JsonTokenType.EndObject, reader.TokenType);
    }

    private static string Written(StreamedObject from)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, StreamToBody.Plain))
        {
            from.Write(json);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
