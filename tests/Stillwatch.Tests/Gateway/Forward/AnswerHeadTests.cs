using System.Text;
using Stillwatch.Gateway.Forward;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>Where an answer ends is read as RFC 9112 says: what two readers could take for two answers is refused.</summary>
public sealed class AnswerHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", 200, -1, false, true)]
    [InlineData("HTTP/1.1 200\r\n", 200, -1, false, true)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n", 200, 5, false, false)]
    [InlineData("HTTP/1.1 529 Site is overloaded\r\ncontent-LENGTH:\t12 \r\n", 529, 12, false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n", 200, -1, true, true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n", 200, 9, true, true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 0\r\n", 200, 0, false, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: x-close\r\nContent-Length: 0\r\n", 200, 0, false, true)]
    [InlineData("HTTP/1.1 204 No Content\r\n", 204, 0, false, true)]
    [InlineData("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n", 204, 0, false, false)] // chunks would lie on the connection
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n", 204, 0, false, false)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n", 304, 0, false, true)] // the length of what is not sent
    [InlineData("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n", 304, 0, false, false)]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nX-Empty:\r\nContent-Length: 1125899906842624\r\n",
        200,
        1L << 50,
        false,
        true
    )]
    public void Read_WhenItIsAHead_ThenItSaysWhereTheBodyEnds(string head, int status, long length, bool chunked, bool keepAlive)
    {
        var read = Read(head);
        Assert.Equal((status, length, chunked, keepAlive), (read.Status, read.Length, read.Chunked, read.KeepAlive));
    }

    [Theory]
    [InlineData("HTTP/1.2 200 OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("HTTP/2.0 200 OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("http/1.1 200 OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("HTTP/1.1 099 OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("HTTP/1.1 600 OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("HTTP/1.1 20x OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("HTTP/1.1 2000 OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("HTTP/1.1  200 OK\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("\r\n", "does not begin as one of HTTP/1.1")]
    [InlineData("HTTP/1.1 200 O\0K\r\n", "first line of its answer has a control character")]
    [InlineData("HTTP/1.1 200 O\nK\r\n", "first line of its answer has a control character")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n", "no name that HTTP knows")]
    [InlineData("HTTP/1.1 200 OK\r\n: no name\r\n", "no name that HTTP knows")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 5\r\n", "no name that HTTP knows")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n folded: b\r\n", "no name that HTTP knows")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rContent-Length: 5\r\n", "a control character")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\nContent-Length: 5\r\n", "a control character")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\u007f\r\n", "a control character")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n", "two lengths")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n", "no usable length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n", "no usable length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n", "no usable length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n", "no usable length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n", "no usable length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n", "no usable length")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n", "a transfer encoding other than chunked")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "a transfer encoding other than chunked"
    )]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n", "is compressed")]
    public void Read_WhenItCouldBeTakenForTwoAnswers_ThenItIsRefusedWithTheReason(string head, string why)
    {
        var fault = Assert.Throws<UpstreamException>(() => Read(head));
        Assert.Equal(UpstreamFault.Malformed, fault.Fault);
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenBytesAreChangedAtRandom_ThenItIsReadOrRefusedAndNothingElse()
    {
        var random = new Random(8);
        var head = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: keep-alive\r\nContent-Length: 12\r\n"
        );
        for (var trial = 0; trial < 20_000; trial++)
        {
            var changed = head.ToArray();
            for (var i = 0; i <= trial % 4; i++)
            {
                changed[random.Next(changed.Length - 2)] = (byte)random.Next(256);
            }

            try
            {
                Assert.InRange(AnswerHead.Read(changed).Status, 100, 599);
            }
            catch (UpstreamException fault)
            {
                Assert.Equal(UpstreamFault.Malformed, fault.Fault);
            }
        }
    }

    private static AnswerHead Read(string head) => AnswerHead.Read(Encoding.Latin1.GetBytes(head));
}
