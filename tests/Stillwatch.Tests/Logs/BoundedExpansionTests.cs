using System.IO.Compression;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

/// <summary>A small file must not fill the disk of whoever reads it.</summary>
public sealed class BoundedExpansionTests
{
    [Fact]
    public void Read_WhenAFileExpandsBeyondAllMeasure_ThenItStops()
    {
        using var stream = new BoundedExpansion(new MemoryStream(new byte[100_000]), compressed: 10, always: 5_000);
        using var into = new MemoryStream();
        var fault = Assert.Throws<InvalidDataException>(() => stream.CopyTo(into, 1_000));
        Assert.Contains("300 times its 10 bytes", fault.Message, StringComparison.Ordinal);
        Assert.InRange(into.Length, 4_000, 5_000);
        Assert.True(LogFile.IsDamage(fault));
    }

    [Theory]
    [InlineData(5_000, 10, 5_000, true)]
    [InlineData(5_001, 10, 5_000, false)]
    [InlineData(6_000, 20, 5_000, true)] // 300 times its size where that is more
    [InlineData(6_001, 20, 5_000, false)]
    public async Task Read_WhenItIsAtTheBound_ThenItIsReadAndNotOneByteMore(int bytes, int compressed, int always, bool fits)
    {
        foreach (
            var way in new Func<Stream, Task>[]
            {
                stream => stream.CopyToAsync(Stream.Null),
                stream => Task.Run(() => stream.CopyTo(Stream.Null)),
                OneByOne,
            }
        )
        {
            using var stream = new BoundedExpansion(new MemoryStream(new byte[bytes]), compressed, always);
            if (fits)
            {
                await way(stream);
            }
            else
            {
                await Assert.ThrowsAsync<InvalidDataException>(() => way(stream));
            }
        }
    }

    [Fact]
    public void Dispose_WhenItIsClosed_ThenWhatExpandsIsTooAndItsKindIsKnown()
    {
        var inner = new MemoryStream();
        var gzip = new BoundedExpansion(new GZipStream(inner, CompressionMode.Decompress), 10);
        Assert.True(gzip.IsGzip);
        gzip.Dispose();
        Assert.False(inner.CanRead);
        using var other = new BoundedExpansion(new MemoryStream(), 10);
        Assert.False(other.IsGzip);
    }

    private static Task OneByOne(Stream stream)
    {
        try
        {
            while (stream.ReadByte() >= 0) { }

            return Task.CompletedTask;
        }
        catch (InvalidDataException fault)
        {
            return Task.FromException(fault);
        }
    }
}
