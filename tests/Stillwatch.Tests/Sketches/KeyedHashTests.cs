using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Sketches;

public sealed class KeyedHashTests
{
    [Fact]
    public void Of_WhenTheKeyIsFixed_ThenTheFingerprintNeverChanges() => Assert.Equal(GoldenOfHello, KeyedHash.ForScan.Of("hello"u8));

    [Fact]
    public void Of_WhenKeysDiffer_ThenFingerprintsDo() => Assert.NotEqual(new KeyedHash(1).Of("hello"u8), new KeyedHash(2).Of("hello"u8));

    [Fact]
    public void Of_WhenEmpty_ThenItIsNotAbsent() => Assert.NotEqual(0UL, KeyedHash.ForScan.Of([]));

    private const ulong GoldenOfHello = 4063318525819938773;
}
