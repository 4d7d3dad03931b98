using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Levels;
using Stillwatch.Campaigns.Links;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Levels;

/// <summary>A group is held against groups of the deployment's own other accounts.</summary>
public sealed class PeersTests
{
    private const int Group = 6;
    private const int Others = 60;

    private static readonly Calibration Calibration = Calibration.None with
    {
        LinkBits = new Dictionary<string, double>(StringComparer.Ordinal) { [SharedPayment.Id.ToString()] = 60 },
        Levels = HonestLevels.None with { Ordinary = Scales.Rare(1) },
    };

    /// <summary>Whoever draws from all others that did as much comes to what each of them comes to.</summary>
    [Theory]
    [InlineData(1, 4)] // one detector at its bound, of which nobody counts for more than twice
    [InlineData(0.25, 0.375)] // six together: √6 times a quarter, squared
    public void Highest_WhenOthersDidAsMuch_ThenItIsWhatSoManyOfThemComeTo(double reading, double highest)
    {
        var watch = Watched(Others, exchanges: 20);
        Raise(watch, from: Group, reading);
        Assert.Equal(highest, Highest(watch), 0.01);
    }

    [Fact]
    public void Highest_WhenOthersDidFarMoreOrFarLess_ThenNoGroupCanBeDrawnOfThem()
    {
        Assert.Equal(double.NegativeInfinity, Highest(Watched(Others, exchanges: 41)));
        Assert.Equal(double.NegativeInfinity, Highest(Watched(Others, exchanges: 9)));
        Assert.Equal(double.NegativeInfinity, Highest(Watched(Group - 1, exchanges: 20))); // nobody is drawn twice
        Assert.Equal(0, Highest(Watched(Group, exchanges: 20)));
    }

    [Fact]
    public void Highest_WhenAnAccountIsFlagged_ThenItIsNobodysPeer()
    {
        var watch = Watched(Group, exchanges: 20);
        watch.Accounts[Group].FlaggedAt = Samples.Start;
        Assert.Equal(double.NegativeInfinity, Highest(watch));
    }

    [Fact]
    public void Highest_WhenItIsDrawnAgain_ThenItIsTheSame()
    {
        var watch = Watched(Others, exchanges: 20);
        var one = Array.FindIndex([.. Detector.All], detector => detector.Id.Name == "no-sleep");
        for (var other = Group; other < Group + Others; other++)
        {
            Raise(watch.Accounts[other], one, other / 100.0);
        }

        var highest = Highest(watch);
        Assert.Equal(highest, Highest(watch));
        Assert.InRange(highest, 0.6, 4); // √6 times some 0.4, squared
    }

    private static double Highest(Watch watch) =>
        new Peers(new WatchScale(Calibration), watch.Accounts).Highest(Assert.Single(watch.Candidates));

    /// <summary>A group of accounts of one card, of twenty exchanges each, and others on their own.</summary>
    private static Watch Watched(int others, int exchanges)
    {
        var watch = new Watch(Calibration, WatchRules.Default);
        for (var number = 0; number < Group + others; number++)
        {
            watch.Add(new AccountFacts(null, number < Group ? 7 : 1_000 + (ulong)number, 0, 0, 0, false));
            for (var i = 0; i < (number < Group ? 20 : exchanges); i++)
            {
                watch.Observe(number, new ExchangeFeatures { At = Samples.Start, Body = (ulong)(number * 100 + i + 1) });
            }
        }

        watch.CloseTick();
        foreach (var account in watch.Accounts)
        {
            account.Belief.BeginPeriod(account.Profile); // what these exchanges say by themselves is of no interest
        }

        return watch;
    }

    private static void Raise(Watch watch, int from, double reading)
    {
        for (var other = from; other < watch.Accounts.Count; other++)
        {
            Raise(watch.Accounts[other], 0, reading);
        }
    }

    private static void Raise(WatchedAccount account, int detector, double reading)
    {
        var raw = new double[Profile.Count];
        Array.Fill(raw, double.NegativeInfinity);
        raw[detector] = reading;
        account.Belief.Raise(raw, new Stillwatch.Statistics.NullDistribution?[Profile.Count]);
    }
}
