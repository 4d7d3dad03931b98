using System.Text;
using Stillwatch.Gateway.Forward;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

public sealed class ChunkDecoderTests
{
    private const string Framed = "5\r\nhello\r\n1;name=\"a b\"\r\n,\r\n00A \t\r\n the world\r\n0\r\nX-Trailer: 1\r\nY:\r\n\r\n",
        Text = "hello, the world";

    [Fact]
    public void Decode_WhenItComesInAnyTwoPieces_ThenTheTextIsTheSameAndNothingBehindTheEndIsTaken()
    {
        const string Behind = "HTTP/1.1 200 OK";
        var all = Encoding.ASCII.GetBytes(Framed + Behind);
        for (var cut = 0; cut <= Framed.Length; cut++)
        {
            var decoder = new ChunkDecoder();
            var text = new StringBuilder();
            var used = Feed(ref decoder, all[..cut], text);
            Assert.Equal(cut, used);
            used += Feed(ref decoder, all[cut..], text);
            Assert.Equal((Text, Framed.Length, true, false), (text.ToString(), used, decoder.Ended, decoder.Broken));
            Assert.Equal(0, Feed(ref decoder, [1, 2, 3], text)); // it has ended
        }
    }

    [Fact]
    public void Decode_WhenItComesByteByByte_ThenItEndsWithItsLastByteAndNotBefore()
    {
        var decoder = new ChunkDecoder();
        var text = new StringBuilder();
        foreach (var one in Encoding.ASCII.GetBytes(Framed))
        {
            Assert.False(decoder.Ended);
            Assert.Equal(1, Feed(ref decoder, [one], text));
        }

        Assert.Equal((Text, true), (text.ToString(), decoder.Ended));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData(";x\r\n")]
    [InlineData(" 5\r\n")]
    [InlineData("+5\r\n")]
    [InlineData("-5\r\n")]
    [InlineData("0x5\r\n")]
    [InlineData("5\n")]
    [InlineData("5\rx")]
    [InlineData("5;x\n")]
    [InlineData("5;x\rx")]
    [InlineData("1234567890123\r\n")] // more digits than any chunk has
    [InlineData("1\r\nab")] // longer than it said
    [InlineData("1\r\na\n")]
    [InlineData("1\r\na\rx")]
    [InlineData("0\r\n: x\r\n")]
    [InlineData("0\r\n x: y\r\n")]
    [InlineData("0\r\nna me: y\r\n")]
    [InlineData("0\r\nname: y\nx")]
    [InlineData("0\r\nname: y\u0000")]
    [InlineData("0\r\nname: y\rx")]
    [InlineData("0\r\n\rx")]
    public void Decode_WhenItIsNotFramedAsTheStandardSays_ThenItIsBrokenInWhateverPieces(string framed)
    {
        var bytes = Encoding.ASCII.GetBytes(framed);
        var (whole, piecewise) = (new ChunkDecoder(), new ChunkDecoder());
        Feed(ref whole, [.. bytes], new StringBuilder());
        foreach (var one in bytes)
        {
            Feed(ref piecewise, [one], new StringBuilder());
        }

        Assert.Equal((true, true), (whole.Broken, piecewise.Broken));
    }

    [Theory]
    [InlineData("1;", 4_096, false)]
    [InlineData("1;", 4_097, true)]
    [InlineData("0\r\nX:", 16_000, false)]
    [InlineData("0\r\nX:", 16_385, true)]
    public void Decode_WhenExtensionsOrTrailersAreLong_ThenTheyHaveABound(string before, int length, bool broken)
    {
        var decoder = new ChunkDecoder();
        Feed(ref decoder, Encoding.ASCII.GetBytes(before + new string('a', length)), new StringBuilder());
        Assert.Equal(broken, decoder.Broken);
    }

    [Fact]
    public void Decode_WhenAChunkIsLargerThanMemory_ThenItsDataPassesPieceByPiece()
    {
        var decoder = new ChunkDecoder();
        Feed(ref decoder, "FFFFFFFFFFFF\r\n"u8.ToArray(), new StringBuilder());
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(1_000, decoder.Decode(new byte[1_000], out var used));
            Assert.Equal(1_000, used);
        }

        Assert.False(decoder.Broken || decoder.Ended);
    }

    private static int Feed(ref ChunkDecoder decoder, byte[] piece, StringBuilder text)
    {
        var length = decoder.Decode(piece, out var used);
        text.Append(Encoding.ASCII.GetString(piece, 0, length));
        return used;
    }
}
