using System.Runtime.CompilerServices;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals;

public sealed class DetectorTests
{
    [Fact]
    public void All_WhenDetectorsAreLookedFor_ThenEachFileOfThemIsThereOnceInOrderOfName()
    {
        var files = Directory.GetFiles(Path.Combine(Structure.Tree.Root, "src", "Stillwatch", "Signals", "Detectors"), "*.cs");
        var readers = files.Count(file => File.ReadAllText(file).Contains("IDetector<", StringComparison.Ordinal));
        Assert.Equal(readers, Detector.All.Count);
        Assert.Distinct(Detector.All.Select(detector => detector.Id.Name));
        Assert.Equal(
            Detector.All.Select(detector => detector.Id.Name).Order(StringComparer.Ordinal),
            Detector.All.Select(detector => detector.Id.Name)
        );
        Assert.All(Detector.All, detector => Assert.Matches("^[a-z]+(-[a-z]+)*/[1-9][0-9]*$", detector.Id.ToString()));
    }

    /// <summary>The mean of e-values is one only where the shares are a whole: with more, a flag would promise less than it says.</summary>
    [Fact]
    public void Share_WhenAllAreSummed_ThenTheyAreAWhole()
    {
        Assert.Equal(1, Detector.All.Sum(detector => detector.Share), 12);
        Assert.All(Detector.All, detector => Assert.True(detector.Share > 0, detector.Id.Name));
    }

    [Fact]
    public void Size_WhenStatesLieSideBySide_ThenEachIsAlignedAndHoldsItsType()
    {
        foreach (var detector in Detector.All)
        {
            var size = (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(detector.StateType).Invoke(null, null)!;
            Assert.Equal((size + 7) / 8 * 8, detector.Size);
        }
    }

    /// <summary>Profiles are one block of bytes: whoever wrote beyond its own state would change what another believes.</summary>
    [Fact]
    public void ObserveAndMerge_WhenAStateLiesBetweenOthers_ThenNothingBesideItIsTouched()
    {
        var stream = RandomFeatures.Stream(new Random(5), 300);
        foreach (var detector in Detector.All)
        {
            var (block, other) = (Enumerable.Repeat((byte)0xA5, detector.Size + 32).ToArray(), new byte[detector.Size]);
            var own = block.AsSpan(16, detector.Size);
            own.Clear();
            foreach (var features in stream)
            {
                detector.Observe(own, features);
                detector.Observe(other, features);
            }

            Assert.True(own.SequenceEqual(other), detector.Id.Name);
            detector.Merge(own, other);
            Assert.True(detector.Read(own).Support >= detector.Read(other).Support, detector.Id.Name);
            Assert.All(block[..16].Concat(block[^16..]), b => Assert.Equal(0xA5, b));
        }
    }

    [Fact]
    public void Read_WhenNothingWasSeen_ThenItRestsOnNothing()
    {
        foreach (var detector in Detector.All)
        {
            var state = new byte[detector.Size];
            Assert.Equal(0, detector.Read(state).Support);
            Assert.True(double.IsFinite(detector.Read(state).Raw), detector.Id.Name);
            detector.Observe(state, new ExchangeFeatures { At = Samples.Start, Traits = ExchangeTraits.Unanswered });
            Assert.True(double.IsFinite(detector.Read(state).Raw), detector.Id.Name); // an exchange of which nothing is known
        }
    }
}
