using Stillwatch.Population;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class PopulationMixtureTests
{
    [Theory]
    [InlineData(0, 16)]
    [InlineData(1_000, 20)]
    [InlineData(5_000, 100)]
    [InlineData(1_000_000, 128)]
    public void ClassesOf_WhenThereAreSoMany_ThenOneForFiftyWithinBounds(int accounts, int classes) =>
        Assert.Equal(classes, PopulationMixture.ClassesOf(accounts));

    [Fact]
    public void Fitted_WhenListsAreApart_ThenEachHasItsOwnClasses()
    {
        var askers = new Askers(1);
        List<PromptSample> samples = [];
        for (var list = 0; list < 3; list++)
        {
            for (var i = 0; i < 100; i++)
            {
                samples.Add(Askers.Sample(askers.Dealt(list, 10)));
            }
        }

        var accounts = Askers.Ordered(samples);
        var classes = PopulationMixture.Fitted(accounts, salt: 1);
        Assert.Equal(300, classes.Accounts.Sum(one => one.Count));
        Assert.All(classes.Accounts.Where(one => one.Count > 0), one =>
            Assert.Single(one.Select(account => samples.IndexOf(accounts[account].Sample) / 100).Distinct())
        );
    }

    [Fact]
    public void Share_WhenAnAccountIsLikeliestInAClass_ThenThatHasTheMost()
    {
        var askers = new Askers(2);
        var accounts = Askers.Ordered(Enumerable.Range(0, 200).Select(i => Askers.Sample(i < 100 ? askers.Dealt(0, 8) : askers.Person(8))));
        var classes = PopulationMixture.Fitted(accounts, salt: 1);
        var shares = new float[classes.Accounts.Count];
        for (var one = 0; one < classes.Accounts.Count; one++)
        {
            foreach (var account in classes.Accounts[one])
            {
                classes.Share(accounts[account].Sample, shares);
                Assert.Equal(1, shares.Sum(), 1e-4f);
                Assert.Equal(shares.Max(), shares[one]);
            }
        }
    }

    [Fact]
    public void Fitted_WhenThereAreMoreThanAreFitted_ThenAllAreSorted()
    {
        var askers = new Askers(3);
        var one = Askers.Sample(askers.Dealt(0, 4));
        var other = Askers.Sample(askers.Dealt(1, 4));
        var accounts = Askers.Ordered(Enumerable.Range(0, PopulationMixture.MostFitted + 100).Select(i => i % 2 == 0 ? one : other));
        var classes = PopulationMixture.Fitted(accounts, salt: 1);
        Assert.Equal(accounts.Count, classes.Accounts.Sum(found => found.Count));
    }
}
