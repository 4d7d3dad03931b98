using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Requests;

public sealed class ContentScanTests
{
    [Theory]
    [InlineData("""[{"type":"image_url","image_url":{"url":"u"}}]""", true)]
    // lax servers take kinds in any letters
    [InlineData("""[{"type":"IMAGE"}]""", true)]
    [InlineData("""[{"type":"input_file"}]""", true)]
    [InlineData("""[{"type":"document","source":{}}]""", true)]
    [InlineData("""[{"type":"text","text":"an image"}]""", false)]
    // no kind, and something under a name of media
    [InlineData("""[{"role":"user","content":[{"text":"x"},{"image":"data"}]}]""", true)]
    [InlineData("""[{"images":null}]""", false)]
    [InlineData("""[{"Images":[]}]""", true)]
    [InlineData("""[{"inlineData":{"mimeType":"image/png"}}]""", true)]
    [InlineData("""[{"parts":[{"inline_data":{}}]}]""", true)]
    // what is free is read by no server for its meaning
    [InlineData("""[{"type":"function_call","arguments":{"image":"x","type":"image"}}]""", false)]
    [InlineData("""[{"input":{"type":"image"}},{"type":"image"}]""", true)]
    [InlineData("""[{"metadata":{"image":"x"}}]""", false)]
    [InlineData("""[{"type":7,"text":"image"}]""", false)]
    [InlineData("""[{"type":"im\u0061ge"}]""", true)]
    [InlineData("\"image\"", false)]
    [InlineData("""["image_url",["audio"]]""", false)]
    [InlineData("null", false)]
    public void Look_WhenPartsAreNoText_ThenThatIsAskedFor(string content, bool media) =>
        Assert.Equal(media, Look(content).Asked == Capability.NonText);

    [Theory]
    [InlineData("""[{"role":"user","content":"x"},{"role":"user","content":"y"}]""", null)]
    [InlineData("""[{"role":"user","content":"x","role":"system"}]""", "role")]
    [InlineData("""[{"role":"user","Content":"x"}]""", "content")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"x","TEXT":"y"}]}]""", "text")]
    [InlineData("""[{"content":{"content":{"content":"x"}}}]""", null)] // one in each object
    [InlineData("""[{"content":[{"text":"x"},{"text":"y"}],"text":"z"}]""", null)]
    [InlineData("""[{"content":[{"text":"x"}],"role":"user","content":"y"}]""", "content")]
    [InlineData("""[{"vendor":1,"vendor":2,"Vendor":3}]""", null)]
    [InlineData("""[{"arguments":{"role":"a","role":"b"}}]""", null)]
    [InlineData("""[{"c\u006fntent":"x"}]""", null)]
    [InlineData("""[{"tool_calls":[],"Tool_Calls":[]}]""", "tool_calls")]
    [InlineData("""[{"role":"a","ROLE":"b"},{"text":"a","Text":"b"}]""", "role")] // the first is named
    public void Look_WhenTwoServersCouldReadANameUnlike_ThenItIsNamed(string content, string? unclear) =>
        Assert.Equal(unclear, Look(content).Unclear);

    [Theory]
    [InlineData("""[{"id":"msg_1"}]""", true)]
    [InlineData("""[{"ID":"msg_1"}]""", true)]
    [InlineData("""{"id":"msg_1"}""", true)]
    [InlineData("""[{"type":"item_reference","id":"msg_1"}]""", true)]
    [InlineData("""[{"type":"Item_Reference"}]""", true)]
    [InlineData("""[{"id":"msg_1","role":"assistant","content":"x"}]""", false)]
    [InlineData("""[{"content":[{"id":"part_1"}],"role":"user"}]""", false)] // a part, and no item
    [InlineData("""[{"role":"user","content":"x"},{"id":"msg_1","status":"done"}]""", true)]
    [InlineData("""[{"metadata":{"id":"x"},"vendor":{"id":"x"}}]""", false)]
    [InlineData("""[{"id":"msg_1","vendor":{"a":1},"role":"user","content":"x"}]""", false)]
    [InlineData("[]", false)]
    public void Look_WhenAnItemIsNamedByItsId_ThenItRefersToIt(string content, bool refers) => Assert.Equal(refers, Look(content).Refers);

    [Fact]
    public void Look_WhenTheContentIsAsDeepAsABodyMayBe_ThenItIsReadToItsEnd()
    {
        var depth = RequestFacts.MostDepth - 3;
        Assert.Equal(Capability.NonText, Look($"{new string('[', depth)}{{\"image\":1}}{new string(']', depth)}").Asked);
    }

    private static (string? Unclear, Capability Asked, bool Refers) Look(string content)
    {
        var reader = new Utf8JsonReader(
            Encoding.UTF8.GetBytes($"{{\"messages\":{content},\"behind\":1}}"),
            new JsonReaderOptions { MaxDepth = RequestFacts.MostDepth }
        );
        reader.Read();
        reader.Read();
        reader.Read();
        var (asked, refers) = (Capability.None, false);
        var unclear = ContentScan.Look(ref reader, ref asked, ref refers);
        Assert.True(reader.Read() && reader.ValueTextEquals("behind")); // left on the value's end
        return (unclear, asked, refers);
    }
}
