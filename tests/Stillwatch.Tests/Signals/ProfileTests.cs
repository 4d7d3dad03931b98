using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals;

public sealed class ProfileTests
{
    /// <summary>
    /// What the page of costs says of an account that sends as much in a month as the range's honest ones do, and four times as much.
    /// </summary>
    [Theory]
    [InlineData(25, 5_300)]
    [InlineData(100, 5_500)]
    public void State_WhenAnAccountDoesAsMuchAsMostDo_ThenItHasTheBytesThatThePageSays(int exchanges, int most)
    {
        var bytes = StateBytes(exchanges);
        Assert.InRange(bytes, most * 3 / 4, most); // were it much less, the page would be wrong as well
    }

    [Fact]
    public void State_WhenAnAccountDoesEverMore_ThenItStopsGrowing()
    {
        var much = StateBytes(20_000);
        Assert.InRange(much, 1, 64 * 1024);
        Assert.Equal(much, StateBytes(40_000));
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

    private static int StateBytes(int exchanges)
    {
        var watch = new Watch(Calibration.None, WatchRules.Default);
        var account = watch.Add(new AccountFacts(null, 1, 2, 3, 4, false));
        foreach (var features in RandomFeatures.Stream(new Random(1), exchanges).OrderBy(f => f.At.Micros))
        {
            watch.Observe(0, features);
        }

        watch.CloseTick();
        return account.StateBytes;
    }
}
