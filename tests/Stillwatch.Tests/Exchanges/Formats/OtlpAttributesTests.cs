using System.Text;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

public sealed class OtlpAttributesTests
{
    [Theory]
    [InlineData("""{"stringValue":"a\u00e4\n"}""", "aä\n", "")]
    [InlineData("""{"intValue":"34"}""", "34", "")]
    [InlineData("""{"intValue":34}""", "34", "")]
    [InlineData("""{"doubleValue":0.25}""", "0.25", "")]
    [InlineData("""{"boolValue":true}""", "true", "")]
    [InlineData("""{"arrayValue":{"values":[{"stringValue":"a"}]}}""", "[\"a\"]", "[\"a\"]")]
    [InlineData("""{"kvlistValue":{"values":[{"key":"k","value":{"intValue":1}}]}}""", "{\"k\":1}", "{\"k\":1}")]
    // a structure that was written into a string
    [InlineData("""{"stringValue":"[{\"role\":\"user\"}]"}""", "[{\"role\":\"user\"}]", "[{\"role\":\"user\"}]")]
    // and one that was cut off
    [InlineData("""{"stringValue":"[{\"role\":\"us"}""", "[{\"role\":\"us", "")]
    [InlineData("""{"stringValue":""}""", "", "")]
    [InlineData("""{"stringValue":null}""", "", "")]
    [InlineData("""{"vendorValue":{"x":1}}""", "", "")]
    [InlineData("""{"vendorValue":[1]}""", "", "")]
    public void Read_WhenAValueIsOfAnyKind_ThenItsTextAndItsStructureAreThere(string value, string text, string raw)
    {
        var attributes = Of($$"""{"attributes":[{"key":"a","value":{{value}}}]}""");
        Assert.True(attributes.Has("a"));
        Assert.Equal(text, attributes.Text("a"));
        Assert.Equal(text, Encoding.UTF8.GetString(attributes.Bytes("a")));
        Assert.Equal(raw, Encoding.UTF8.GetString(attributes.Raw("a")));
    }

    [Fact]
    public void Read_WhenANameIsNotThere_ThenThereIsNeitherTextNorStructure()
    {
        var attributes = Of("""{"attributes":[{"key":"a","value":{"stringValue":"x"}}]}""");
        Assert.Equal((false, null), (attributes.Has("b"), attributes.Text("b")));
        Assert.True(attributes.Raw("b").IsEmpty && attributes.Bytes("b").IsEmpty);
        Assert.False(attributes.Has("A"));
    }

    [Theory]
    [InlineData("""{"attributes":[{"value":{"stringValue":"x"},"key":"a"}]}""", true)]
    // the last counts
    [InlineData("""{"attributes":[{"key":"a","value":{"stringValue":"y"}},{"key":"a","value":{"stringValue":"x"}}]}""", true)]
    [InlineData("""{"attributes":[{"key":"a","value":{}}]}""", false)]
    [InlineData("""{"attributes":[{"key":"a","value":"x"}]}""", false)]
    [InlineData("""{"attributes":[{"key":"a"}]}""", false)]
    [InlineData("""{"attributes":[{"value":{"stringValue":"x"}}]}""", false)]
    [InlineData("""{"attributes":[7,{"key":"a","value":{"stringValue":"x"}}]}""", false)]
    [InlineData("""{"attributes":{"a":"x"}}""", false)]
    [InlineData("""{"attributes":null}""", false)]
    [InlineData("{}", false)]
    [InlineData("7", false)]
    public void OfOwner_WhenTheListIsOdd_ThenWhatIsAnAttributeIsTaken(string owner, bool has) =>
        Assert.Equal(has ? "x" : null, Of(owner).Text("a"));

    [Fact]
    public void AddMissing_WhenANameIsThere_ThenItsOwnValueStays()
    {
        var own = Of("""{"attributes":[{"key":"a","value":{"stringValue":"own"}}]}""");
        own.AddMissing(Of("""{"attributes":[{"key":"a","value":{"stringValue":"other"}},{"key":"b","value":{"stringValue":"other"}}]}"""));
        own.AddMissing("b", "third"u8);
        own.AddMissing("c", "third"u8);
        Assert.Equal(("own", "other", "third"), (own.Text("a"), own.Text("b"), own.Text("c")));
    }

    private static OtlpAttributes Of(string owner) => OtlpAttributes.OfOwner(Encoding.UTF8.GetBytes(owner));
}
