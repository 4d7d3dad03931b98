using Stillwatch.Campaigns;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

public sealed class EBenjaminiHochbergTests
{
    [Theory]
    [InlineData(new[] { 100.0, 90, 1, 1 }, 1, 0.05, 2)] // k = 2: 4 / (0.05·2) = 40
    [InlineData(new[] { 79.0, 1, 1, 1 }, 1, 0.05, 0)] // k = 1: 4 / 0.05 = 80
    [InlineData(new[] { 80.0, 1, 1, 1 }, 1, 0.05, 1)]
    [InlineData(new[] { 40.0, 1, 1, 1 }, 2, 0.05, 1)] // half of the search was paid for
    [InlineData(new[] { 19.0, 19, 19, 19 }, 4, 0.05, 0)] // never under 1 / α
    [InlineData(new double[0], 1, 0.05, 0)]
    public void Discoveries_WhenEValuesAreThese_ThenTheKLargestByTheRule(double[] values, double paidFor, double alpha, int discoveries)
    {
        var scale = new WatchScale(Stillwatch.Signals.Calibration.None);
        var candidates = values
            .Select(
                (e, i) =>
                {
                    var campaign = new Campaign(i, scale);
                    campaign.Join(new WatchedAccount(i, 0, scale));
                    campaign.AccountsE = e / 0.025; // its profile and its accounts together have shown nothing
                    return campaign;
                }
            )
            .ToList();
        Assert.Equal(values, candidates.Select(c => Math.Round(c.E, 9)));
        Assert.Equal(discoveries, EBenjaminiHochberg.Discoveries(candidates, paidFor, alpha).Count());
    }
}
