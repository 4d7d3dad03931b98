using System.Text;
using Stillwatch.Logs.Corpora;
using Xunit;

namespace Stillwatch.Tests.Logs.Corpora;

public sealed class CorpusFileTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"question":"who?","answer":"me"}""", "who?")]
    [InlineData("""{"prompt":"p","question":"who?"}""", "p")]
    [InlineData("""{"instruction":"sort","input":"b a"}""", "sort\n\nb a")]
    [InlineData("""{"instruction":"sort","input":""}""", "sort")]
    [InlineData("""{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}""", "u")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"part"}]}]}""", "part")]
    [InlineData("""{"conversations":[{"from":"human","value":"h"},{"from":"gpt","value":"g"}]}""", "h")]
    [InlineData("""{"question":"who?","choices":["me","you"]}""", "who?\nme\nyou")]
    [InlineData("""{"question":"who?","choices":{"text":["me","you"],"label":["A","B"]}}""", "who?\nme\nyou")]
    [InlineData("""{"turns":["first","second"]}""", "first")]
    [InlineData("plain text", "plain text")]
    [InlineData("""["one string"]""", "one string")]
    [InlineData("""[{"text":"of a list"}]""", "of a list")]
    [InlineData("\uFEFF{\"text\":\"behind a mark\"}\r\n\r\n", "behind a mark")]
    public void Read_WhenTheFormIsKnown_ThenTheItemIsTaken(string file, string item)
    {
        var items = CorpusFile.Read(Write(file), null, Fail);
        Assert.Equal(item, Encoding.UTF8.GetString(Assert.Single(items)));
    }

    [Fact]
    public void Read_WhenAFieldIsNamed_ThenOnlyThatCounts() =>
        Assert.Equal("b", Encoding.UTF8.GetString(Assert.Single(CorpusFile.Read(Write("""{"prompt":"a","task":"b"}"""), "task", Fail))));

    [Fact]
    public void Read_WhenLinesAreWrong_ThenTheFirstAreNamed_AndTheRestIsTaken()
    {
        var text = string.Join('\n', Enumerable.Range(1, 20).Select(i => i % 2 == 0 ? "{broken" : $$"""{"text":"item {{i}}"}"""));
        List<string> complaints = [];
        Assert.Equal(10, CorpusFile.Read(Write(text), null, complaints.Add).Count);
        Assert.Equal(6, complaints.Count);
        Assert.Contains("line 2:", complaints[0], StringComparison.Ordinal);
        Assert.Contains("5 more lines", complaints[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[{\"text\":")]
    [InlineData("{\"text\":\"\\ud800\"}")]
    public void Read_WhenThereIsNoItem_ThenItSaysSo(string file) =>
        Assert.Contains(
            _folder.Path,
            Assert.Throws<UnusableInputException>(() => CorpusFile.Read(Write(file), null, _ => { })).Message,
            StringComparison.Ordinal
        );

    private static void Fail(string complaint) => Assert.Fail(complaint);

    private string Write(string text) => _folder.Write("items", Encoding.UTF8.GetBytes(text));
}
