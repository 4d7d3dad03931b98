using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

public sealed class JsonSlicesTests
{
    private static readonly byte[] Line = Encoding.UTF8.GetBytes(
        """{ "s" : "a\u00e4\n" , "n": -1.50e1,"o":{"n":7, "x":[ ]},"l" : [1,"""
            + """ {"n":8}],"t":true,"nothing":null,"e":"","n2":null,"k\u00f6":1 }"""
    );

    [Fact]
    public void Raw_WhenAFieldIsThere_ThenItIsItsTextAsWritten()
    {
        var slices = JsonSlices.Of(Line);
        Assert.Equal(["s", "n", "o", "l", "t", "nothing", "e", "n2", "kö"], slices.Names);
        Assert.Equal("""{"n":7, "x":[ ]}""", Encoding.UTF8.GetString(slices.Raw(Line, "o")));
        Assert.Equal("""[1, {"n":8}]""", Encoding.UTF8.GetString(slices.Raw(Line, "l")));
        Assert.Equal("\"a\\u00e4\\n\"", Encoding.UTF8.GetString(slices.Raw(Line, "s")));
        // the first that is there and not null
        Assert.Equal("true", Encoding.UTF8.GetString(slices.Raw(Line, "nothing", "missing", "t", "s")));
        Assert.True(slices.Raw(Line, "nothing", "missing").IsEmpty);
    }

    [Theory]
    [InlineData("s", "aä\n")]
    [InlineData("n", "-1.50e1")]
    [InlineData("kö", "1")]
    [InlineData("o", null)]
    [InlineData("l", null)]
    [InlineData("t", null)]
    [InlineData("nothing", null)]
    [InlineData("e", null)]
    [InlineData("missing", null)]
    [InlineData("S", null)]
    public void Text_WhenAFieldIsAStringOrANumber_ThenItIsItsTextAndElseNone(string name, string? text) =>
        Assert.Equal(text, JsonSlices.Of(Line).Text(Line, name));

    [Fact]
    public void HasAndType_WhenAFieldIsNull_ThenItIsNotThereButOfAType()
    {
        var slices = JsonSlices.Of(Line);
        Assert.True(slices.Has("e") && slices.Has("t") && !slices.Has("nothing") && !slices.Has("missing"));
        Assert.Equal(
            (JsonTokenType.Null, JsonTokenType.None, JsonTokenType.StartArray),
            (slices.Type("nothing"), slices.Type("missing"), slices.Type("l"))
        );
    }

    [Fact]
    public void Of_WhenANameComesTwice_ThenTheLastCountsAndTheNameStandsOnce()
    {
        var json = """{"a":1,"b":2,"\u0061":3}"""u8;
        var slices = JsonSlices.Of(json);
        Assert.Equal(["a", "b"], slices.Names);
        Assert.Equal("3", slices.Text(json, "a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData(" {\"a\":1}")]
    public void Of_WhenItIsNoObject_ThenThereAreNoFields(string json) => Assert.Empty(JsonSlices.Of(Encoding.UTF8.GetBytes(json)).Names);

    [Theory]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":tru}")]
    [InlineData("{\"a\":[}")]
    public void Of_WhenItIsNoJson_ThenItSaysSo(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSlices.Of(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Read_WhenTheObjectStandsInsideAText_ThenItsValuesAreAskedOfItsOwnBytesAndTheOldOnesAreGone()
    {
        var list = """ [ {"a":1,"b":2}, {"a":"x"} ] """u8.ToArray();
        var reader = new Utf8JsonReader(list);
        reader.Read();
        var slices = new JsonSlices();
        List<string> found = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            slices.Read(ref reader, start);
            var own = list[start..(int)reader.BytesConsumed];
            found.Add($"{slices.Text(own, "a")} {slices.Text(own, "b") ?? "none"}");
        }

        Assert.Equal(["1 2", "x none"], found);
    }

    [Fact]
    public void Of_WhenAnyObjectIsRead_ThenItsFieldsAreThoseOfItsTree()
    {
        var random = new Random(7);
        string[] values =
        [
            "1",
            "-0.5",
            "\"\"",
            "\"a\\\"}b\"",
            "null",
            "true",
            "[]",
            "[{\"a\":1}]",
            "{}",
            "{\"a\":{\"b\":[1,2]}}",
            "\"\\ud83d\\ude00\"",
        ];
        string[] names = ["a", "b", "c", "\\u0061", "d e", "", "ä"];
        for (var run = 0; run < 5_000; run++)
        {
            var json =
                "{"
                + string.Join(
                    random.Next(2) == 0 ? "," : " ,\n",
                    Enumerable
                        .Range(0, random.Next(6))
                        .Select(_ => $"\"{names[random.Next(names.Length)]}\": {values[random.Next(values.Length)]}")
                )
                + "}";
            var bytes = Encoding.UTF8.GetBytes(json);
            var slices = JsonSlices.Of(bytes);
            using var tree = JsonDocument.Parse(bytes);
            Assert.Equal(tree.RootElement.EnumerateObject().Select(field => field.Name).Distinct(StringComparer.Ordinal), slices.Names);
            foreach (var name in slices.Names)
            {
                var value = tree.RootElement.GetProperty(name); // the last of a name
                Assert.Equal(
                    value.ValueKind == JsonValueKind.Null ? "" : value.GetRawText(),
                    Encoding.UTF8.GetString(slices.Raw(bytes, name))
                );
                Assert.Equal(
                    value.ValueKind is JsonValueKind.String or JsonValueKind.Number && value.ToString().Length > 0
                        ? value.ToString()
                        : null,
                    slices.Text(bytes, name)
                );
            }
        }
    }
}
