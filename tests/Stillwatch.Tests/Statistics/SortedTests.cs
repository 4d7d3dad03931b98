using Stillwatch.Statistics;
using Xunit;

namespace Stillwatch.Tests.Statistics;

public sealed class SortedTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)] // the first of equal ones
    [InlineData(4, 4)]
    [InlineData(8, 4)]
    [InlineData(9, 5)] // nothing is as high
    public void FirstAtLeast_WhenValuesAreSorted_ThenItIsTheFirstThatIsAsHigh(long least, int first) =>
        Assert.Equal(first, Sorted.FirstAtLeast<long>([2, 3, 3, 3, 8], least));

    [Fact]
    public void FirstAtLeast_WhenThereIsNothing_ThenItIsTheEnd() => Assert.Equal(0, Sorted.FirstAtLeast<double>([], 1));

    /// <summary>Where no two are equal it is what the library's own search finds.</summary>
    [Fact]
    public void FirstAtLeast_WhenNoTwoAreEqual_ThenItIsWhatArrayBinarySearchFinds()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 500).Select(_ => random.NextDouble()).Distinct().Order()];
        for (var i = 0; i < 1_000; i++)
        {
            var least = i % 2 == 0 ? random.NextDouble() * 1.2 - 0.1 : values[random.Next(values.Length)];
            var found = Array.BinarySearch(values, least);
            Assert.Equal(found >= 0 ? found : ~found, Sorted.FirstAtLeast<double>(values, least));
        }
    }
}
