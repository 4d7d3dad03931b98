using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Requests;

public sealed class RequestFieldsTests
{
    [Theory]
    [InlineData("model", "Model", true)]
    [InlineData("max_tokens", "MostTokens", true)]
    [InlineData("max_new_tokens", "MostTokens", true)]
    [InlineData("best_of", "Answers", true)]
    [InlineData("extra_body", "Inside", true)]
    [InlineData("generationConfig", "Settings", true)]
    [InlineData("\\u006dodel", "Model", true)]
    [InlineData("Model", "Model", false)]
    [InlineData("MAX_TOKENS", "MostTokens", false)]
    [InlineData("generationconfig", "Settings", false)]
    [InlineData("me\u017fsages", "Content", false)] // Go's encoding/json takes the long s for an s
    [InlineData("to\\u006fls", "Tools", true)]
    [InlineData("\\u017ftream", "Stream", false)]
    [InlineData("max_to\u212Aens", "MostTokens", false)] // and the Kelvin sign for a k
    [InlineData("mödel", "None", false)]
    [InlineData("models", "OtherModels", true)]
    [InlineData("model ", "None", false)]
    [InlineData("mode", "None", false)]
    [InlineData("\\ud800model", "None", false)]
    [InlineData("", "None", false)]
    public void Find_WhenANameIsWrittenInAnyLetters_ThenItIsFoundAndSaysWhetherItIsWrittenAsItShould(string name, string field, bool exact)
    {
        var reader = Name(name);
        Assert.Equal(field, RequestFields.Find(ref reader, out _, out var isExact).ToString());
        Assert.Equal(exact, isExact);
    }

    [Fact]
    public void Find_WhenTheNameIsAnyOfThoseKnown_ThenItIsFoundInAnyLettersUnderOneIndexOfItsOwn()
    {
        var indices = new Dictionary<byte, string>();
        foreach (
            var name in WireFormat
                .Formats.SelectMany(format => format.Fields)
                .SelectMany(field => field.Names)
                .Distinct(StringComparer.Ordinal)
        )
        {
            var reader = Name(name);
            var field = RequestFields.Find(ref reader, out var index, out var exact);
            Assert.True(exact && field != RequestField.None && index < 128, name);
            Assert.True(indices.TryAdd(index, name), $"{name} and {indices[index]}");
            var shouted = Name(name.ToUpperInvariant());
            Assert.Equal(field, RequestFields.Find(ref shouted, out var again, out _));
            Assert.True(index == again || name.Any(char.IsUpper), name); // a name with capitals is one with others where both are known
        }

        Assert.True(indices.Count > 40);
    }

    [Fact]
    public void Find_WhenANameIsVeryLong_ThenItIsNone()
    {
        foreach (
            var name in new[]
            {
                new string('m', 10_000),
                string.Concat(Enumerable.Repeat("\\u006d", 2_000)),
                new string('\u017f', 40),
                string.Concat(Enumerable.Repeat("\\u212a", 32)),
            }
        )
        {
            var reader = Name(name);
            Assert.Equal(RequestField.None, RequestFields.Find(ref reader, out var index, out var exact));
            Assert.Equal((byte.MaxValue, false), (index, exact));
        }
    }

    [Theory]
    [InlineData("ABCxyz_19", "abcxyz_19")]
    [InlineData("\u017F\u212A", "sk")]
    [InlineData("[\\]^@`{", "[\\]^@`{")] // beside the letters, and none of them
    [InlineData("", "")]
    [InlineData("ä", null)]
    [InlineData("\u212B", null)] // the Ångström sign
    [InlineData("seventeen letters", null)] // more than there is room for
    public void Fold_WhenANameIsFolded_ThenItIsInSmallLettersAsGoComparesThem(string name, string? folded)
    {
        Span<byte> room = stackalloc byte[16];
        Assert.Equal(folded != null, RequestFields.Fold(Encoding.UTF8.GetBytes(name), room, out var length));
        Assert.Equal(folded ?? "", folded == null ? "" : Encoding.UTF8.GetString(room[..length]));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\\u0070lain", "plain")]
    [InlineData("\\ud800", "")]
    [InlineData("\\u0061seventeenletter", "")]
    public void Name_WhenEscapesStandInIt_ThenTheyAreUndoneOrItIsNone(string name, string expected)
    {
        var reader = Name(name);
        Span<byte> room = stackalloc byte[12];
        Assert.Equal(expected, Encoding.UTF8.GetString(RequestFields.Name(in reader, room)));
    }

    private static Utf8JsonReader Name(string name)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"{{\"{name}\":1}}"));
        reader.Read();
        reader.Read();
        return reader;
    }
}
