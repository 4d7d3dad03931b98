using CsCheck;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Sketches;

public sealed class SampleOfValuesTests
{
    [Fact]
    public void Merge_WhenStreamsAreCutAnywhere_ThenTheSampleIsThatOfTheWhole() =>
        Gen.Select(Gen.ULong[0, 60].Array[0, 300], Gen.Int[0, 300])
            .Sample(
                (values, cut) =>
                {
                    cut = Math.Min(cut, values.Length);
                    var (whole, left, right) = (Of(values), Of(values[..cut]), Of(values[cut..]));
                    left.Merge(right);
                    Assert.Equal(Values(whole, 1), Values(left, 1));
                    Assert.Equal(Values(whole, 3), Values(left, 3));
                }
            );

    [Fact]
    public void CopyTo_WhenAValueCameWithOneThing_ThenItIsNoneThatCameWithThree()
    {
        SampleOfValues sample = default;
        for (var i = 0; i < 10; i++)
        {
            sample.Add(5, witness: 1);
            sample.Add(6, witness: (ulong)i);
        }

        Assert.Equal([KeyedHash.Mix(6)], Values(sample, 3));
        Assert.Equal(2, Values(sample, 1).Length);
    }

    private static SampleOfValues Of(ulong[] values)
    {
        SampleOfValues sample = default;
        foreach (var value in values)
        {
            sample.Add(value, witness: value / 3);
        }

        return sample;
    }

    private static ulong[] Values(SampleOfValues sample, int atLeast)
    {
        var values = new ulong[SampleOfValues.Capacity];
        return values[..sample.CopyTo(values, atLeast)];
    }
}
