using Stillwatch.Engine.Journal;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

public sealed class SegmentWindowTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(SegmentWindow.Heads)]
    public void Read_WhenStretchesAreReadForwardsBackwardsAndAcrossSegments_ThenTheyAreTheFilesBytes(int atOnce)
    {
        var random = new Random(atOnce);
        var contents = Enumerable.Range(0, 2).Select(_ => Bytes(random, 100_000)).ToArray();
        using var one = File.OpenHandle(_folder.Write("1", contents[0]));
        using var two = File.OpenHandle(_folder.Write("2", contents[1]));
        var window = new SegmentWindow(atOnce);
        var (segment, offset) = (1, 0);
        for (var i = 0; i < 5_000; i++)
        {
            offset = random.Next(10) switch
            {
                0 => random.Next(100_000),
                1 => Math.Max(0, offset - random.Next(atOnce * 2)),
                _ => Math.Min(99_999, offset + random.Next(200)),
            };
            segment = random.Next(50) == 0 ? 3 - segment : segment;
            var length = random.Next(20) == 0 ? random.Next(atOnce * 4) : random.Next(100);
            var expected = contents[segment - 1].AsSpan(offset, Math.Min(length, 100_000 - offset));
            Assert.True(
                window.Read(segment == 1 ? one : two, segment, offset, length, long.MaxValue).SequenceEqual(expected),
                $"{length} bytes at {offset}"
            );
            if (expected.Length == length)
            {
                Assert.True(window.TryGet(segment, offset, length, out var again) && again.SequenceEqual(expected));
            }
        }
    }

    [Fact]
    public void Read_WhenSomethingIsStillBeingWritten_ThenNothingBehindTheEndIsReadAndWhatIsForgottenIsReadAnew()
    {
        var path = _folder.Write("1", Bytes(new Random(1), 2_000));
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var window = new SegmentWindow(SegmentWindow.All);
        Assert.Equal(60, window.Read(file, 1, 40, 100, end: 100).Length);
        RandomAccess.Write(file, new byte[2_000], 0); // what is in memory is not looked at again
        Assert.NotEqual(new byte[20], window.Read(file, 1, 60, 20, end: 100).ToArray());
        window.ForgetFrom(70);
        Assert.False(window.TryGet(1, 60, 20, out _));
        Assert.True(window.TryGet(1, 60, 10, out _));
        var read = window.Read(file, 1, 60, 20, end: 200).ToArray();
        Assert.NotEqual(new byte[10], read[..10]);
        Assert.Equal(new byte[10], read[10..]);
        window.ForgetFrom(10); // before its start: all of it
        Assert.Equal(new byte[20], window.Read(file, 1, 60, 20, end: 200).ToArray());
    }

    [Fact]
    public void TryGet_WhenItIsOfAnotherSegmentOrSticksOut_ThenItIsNotHere()
    {
        using var file = File.OpenHandle(_folder.Write("1", Bytes(new Random(1), 500)));
        var window = new SegmentWindow(1_000);
        window.Read(file, 1, 100, 50, long.MaxValue);
        Assert.True(window.TryGet(1, 100, 400, out var all) && all.Length == 400);
        Assert.False(window.TryGet(1, 100, 401, out _));
        Assert.False(window.TryGet(1, 99, 1, out _));
        Assert.False(window.TryGet(2, 100, 1, out _));
    }

    private static byte[] Bytes(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 256))];
}
