using System.Numerics;
using Stillwatch.Engine.Journal;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

public sealed class FrameTests
{
    [Fact]
    public void Check_WhenLongOrShort_ThenItIsTheSameSum()
    {
        var bytes = new byte[4096 + 9];
        new Random(5).NextBytes(bytes);
        foreach (var length in Enumerable.Range(0, 600).Concat([1023, 1024, 1025, 4095, 4096, 4097, 4105]))
        {
            var crc = BitOperations.Crc32C(uint.MaxValue, (byte)FrameKind.Part);
            foreach (var b in bytes.AsSpan(0, length))
            {
                crc = BitOperations.Crc32C(crc, b);
            }

            Assert.Equal(~crc, Frame.Check(FrameKind.Part, bytes.AsSpan(0, length)));
        }
    }
}
