using System.Text;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class FileKindTests
{
    [Theory]
    [InlineData("504B0304", "a zip archive")]
    [InlineData("504B0506", "a zip archive")] // an empty one
    [InlineData("FD377A585A00", "compressed by xz")]
    [InlineData("425A6839", "compressed by bzip2")]
    [InlineData("377ABCAF271C", "a 7-Zip archive")]
    [InlineData("52617221", "a RAR archive")]
    [InlineData("3C21646F63", "HTML or XML")]
    [InlineData("3C3F786D6C", "HTML or XML")]
    [InlineData("50415231", "a Parquet file")]
    [InlineData("4F626A01", "an Avro file")]
    [InlineData("4F5243", "an ORC file")]
    [InlineData("53514C69746520666F726D61742033", "an SQLite database")]
    [InlineData("FFFE0000", "text in UTF-32")]
    [InlineData("FFFE7B00", "text in UTF-16")]
    [InlineData("FEFF007B", "text in UTF-16")]
    [InlineData("7B002200", "text in UTF-16")]
    [InlineData("007B002200", "text in UTF-16")]
    [InlineData("04224D18", "compressed by LZ4")]
    [InlineData("7F454C4601010100", "no text: a binary file")]
    [InlineData("0A0C67656E5F61692E0102", "OTLP as protobuf")]
    [InlineData("0000007B", null)]
    [InlineData("", null)]
    [InlineData("00", null)]
    public void Of_WhenAFileBeginsLikeOneThatIsNoLog_ThenItSaysWhatItIs(string hex, string? kind)
    {
        var says = FileKind.Of(Convert.FromHexString(hex));
        Assert.Equal(kind, kind == null ? says : says?[..Math.Min(says.Length, kind.Length)]);
    }

    [Theory]
    [InlineData("{\"id\":\"x\"}")]
    [InlineData("[{}]")]
    [InlineData("PK said: {\"id\":1}")]
    [InlineData("BZh0 {\"id\":1}")]
    [InlineData("2026-03-02 INFO {\"id\":1}")]
    [InlineData("<134>1 2026-03-02 syslog {\"id\":1}")]
    [InlineData("\u001b[32mINFO\u001b[0m a line of a log with colours, as long as such lines are, and nothing else about it that is odd")]
    [InlineData("äöü 你好")]
    [InlineData("{\"a\":\"\u0001\u0002\u0003\u0004\"}")]
    public void Of_WhenItMayBeALog_ThenItSaysNothing(string text) => Assert.Null(FileKind.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Of_WhenItIsATarArchive_ThenItsMarkIsFoundWhereItStands()
    {
        var start = Encoding.ASCII.GetBytes("log.jsonl".PadRight(257, ' ') + "ustar\u000000");
        Assert.StartsWith("a tar archive", FileKind.Of(start), StringComparison.Ordinal);
        Assert.Null(FileKind.Of(start.AsSpan(0, 262)));
    }

    [Fact]
    public void Of_WhenControlsAreFew_ThenItIsText()
    {
        Assert.Null(FileKind.Of(Encoding.ASCII.GetBytes(new string('\u0001', 2) + new string('x', 98))));
        Assert.StartsWith(
            "no text",
            FileKind.Of(Encoding.ASCII.GetBytes(new string('\u0001', 3) + new string('x', 97))),
            StringComparison.Ordinal
        );
        // so many bytes tell, and no more
        Assert.Null(FileKind.Of(Encoding.ASCII.GetBytes(new string('x', 4096) + new string('\u0001', 4096))));
    }
}
