using Stillwatch.Campaigns;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals;

public sealed class ProfileTests
{
    [Theory]
    [InlineData(25, 4_400)]    // as many as the range's honest accounts send in a month on average; 4 KB is the goal: docs/detection.md
    [InlineData(100, 5_000)]
    [InlineData(20_000, 64 * 1024)]
    public void State_WhenAnAccountDoesSoMuch_ThenItStaysWithinItsBytes(int exchanges, int most)
    {
        var watch = new Watch(Calibration.None, WatchRules.Default);
        var account = watch.Add(new AccountFacts(null, 1, 2, 3, 4, false));
        foreach (var features in RandomFeatures.Stream(new Random(1), exchanges).OrderBy(f => f.At.Micros))
        {
            watch.Observe(0, features);
        }

        watch.CloseTick();
        Assert.InRange(account.StateBytes, 1, most);
    }

    [Fact]
    public void Merge_WhenProfilesOfShardsMerge_ThenEveryReadingIsThatOfTheWhole()
    {
        var stream = RandomFeatures.Stream(new Random(9), 500);
        var (whole, left, right) = (new Profile(), new Profile(), new Profile());
        for (var i = 0; i < stream.Length; i++)
        {
            whole.Observe(stream[i]);
            (i % 3 == 0 ? left : right).Observe(stream[i]);
        }

        left.Merge(right);
        for (var detector = 0; detector < Profile.Count; detector++)
        {
            Assert.Equal(whole.Read(detector), left.Read(detector));
            Assert.Equal(whole.Explain(detector), left.Explain(detector));
        }
    }

    [Fact]
    public void Shares_WhenSummed_ThenTheyAreOne() => Assert.Equal(1, Detector.All.Sum(detector => detector.Share), 12);
}
