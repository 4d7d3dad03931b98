using System.Buffers;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

public sealed class StreamedListTests
{
    [Theory]
    [InlineData("""[{"index":0,"text":"a"}]|[{"index":0,"text":"b"}]""", """[{"text":"ab"}]""")]
    [InlineData("""[{"index":1,"text":"b"}]|[{"index":0,"text":"a"}]""", """[{"text":"a"},{"text":"b"}]""")]
    // every call of a tool as number 0
    [InlineData("""[{"index":0,"id":"c1"},{"index":0,"id":"c2"}]""", """[{"id":"c1"},{"id":"c2"}]""")]
    [InlineData(
        """[{"index":0,"id":"c1","arguments":"{"}]|[{"index":0,"id":"c1","arguments":"}"}]""",
        """[{"id":"c1","arguments":"{}"}]"""
    )]
    [InlineData("""[{"index":0,"id":"c1","arguments":"{"}]|[{"index":0,"arguments":"}"}]""", """[{"id":"c1","arguments":"{}"}]""")]
    // goes on with the latest
    [InlineData(
        """[{"index":0,"id":"c1"}]|[{"index":0,"id":"c2"}]|[{"index":0,"arguments":"x"}]""",
        """[{"id":"c1"},{"id":"c2","arguments":"x"}]"""
    )]
    [InlineData("""[{"index":0,"id":"c1"}]|[{"index":0,"id":""}]""", """[{"id":"c1"}]""")]
    // no index: behind what is there
    [InlineData("""[{"text":"a"}]|[{"text":"a"}]""", """[{"text":"a"},{"text":"a"}]""")]
    [InlineData("""[{"index":5,"text":"a"}]|[{"text":"b"}]|[7]""", """[{"text":"a"},{"text":"b"},7]""")]
    [InlineData("""[{"index":5,"text":"a"}]|[{"index":1,"text":"b"}]|[{"text":"c"}]""", """[{"text":"b"},{"text":"a"},{"text":"c"}]""")]
    [InlineData("""[{"index":-1,"text":"a"}]|[{"index":-1,"text":"b"}]""", """[{"text":"a"},{"text":"b"}]""")]
    [InlineData("""[{"index":"0","text":"a"}]|[{"index":"0","text":"b"}]""", """[{"text":"a"},{"text":"b"}]""")]
    [InlineData("""[{"index":2147483647,"text":"a"}]|[{"text":"b"}]""", """[{"text":"a"},{"text":"b"}]""")]
    [InlineData(
        """[{"inner":{"index":0},"text":"a"}]|[{"inner":{"index":0},"text":"b"}]""",
        """[{"inner":{"index":0},"text":"a"},{"inner":{"index":0},"text":"b"}]"""
    )]
    [InlineData("""[1,"two",[3],null,true]""", """[1,"two",[3],null,true]""")]
    [InlineData("[]|[]", "[]")]
    public void Merge_WhenListsCome_ThenObjectsOfOneIndexAreOneAndTheRestGoesOn(string pieces, string whole)
    {
        var list = new StreamedList();
        foreach (var piece in pieces.Split('|'))
        {
            var json = Encoding.UTF8.GetBytes(piece);
            var reader = new Utf8JsonReader(json);
            reader.Read();
            list.Merge(ref reader, json);
            Assert.Equal(JsonTokenType.EndArray, reader.TokenType);
        }

        Assert.Equal(whole, Written(list));
    }

    [Fact]
    public void Add_WhenValuesAreAppended_ThenTheyComeAsWrittenAndInOrder()
    {
        var list = new StreamedList();
        list.Add("1.50"u8);
        list.Add("\"\\u0041\""u8);
        Assert.Equal("[1.50,\"\\u0041\"]", Written(list));
    }

    private static string Written(StreamedList list)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, StreamToBody.Plain))
        {
            list.Write(json);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
