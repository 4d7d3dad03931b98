using System.IO.Compression;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

/// <summary>The runtime ends a gzip stream that was cut off without a word: whoever reads on would take a part for the whole.</summary>
public sealed class GzipEndTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsCutOff_WhenMembersOfAnySizeAreWhole_ThenItIsNot()
    {
        var random = new Random(3);
        foreach (var sizes in new[] { new[] { 1 }, [100_000], [0], [10, 0], [0, 10], [5, 5], [200_000, 1, 300_000], [7, 7, 7, 7] })
        {
            byte[] whole = [.. sizes.SelectMany(size => Gzip(Bytes(random, size)))];
            Assert.False(GzipEnd.IsCutOff(_folder.Write("w.gz", whole), sizes.Sum()), string.Join(' ', sizes));
        }
    }

    [Fact]
    public void IsCutOff_WhenTheEndIsMissingAnywhereInAMember_ThenItIs()
    {
        var random = new Random(4);
        byte[] first = Gzip(Bytes(random, 3_000)),
            second = Gzip(Bytes(random, 2_000));
        byte[] whole = [.. first, .. second];
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("c.gz", whole[..length]);
            Assert.True(length == first.Length || GzipEnd.IsCutOff(path, Expanded(path)), $"{length} of {whole.Length}");
        }

        Assert.False(GzipEnd.IsCutOff(_folder.Write("c.gz", first), 3_000)); // cut off between members: nothing tells
    }

    private static long Expanded(string path)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var into = new MemoryStream();
        try
        {
            stream.CopyTo(into);
        }
        catch (InvalidDataException)
        {
            // What came before it counts.
        }

        return into.Length;
    }

    private static byte[] Bytes(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes.AsSpan(0, size / 2));
        return bytes;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        // as gzip writes nothing
        return bytes.Length > 0 ? into.ToArray() : Convert.FromHexString("1F8B0800000000000003" + "0300" + "0000000000000000");
    }
}
