using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class OfficeTests
{
    [Fact]
    public void Office_WhenMembersAreCompared_ThenTheyShareCardAddressAndOrganisation()
    {
        var stage = SmallRange.Set(SmallRange.Of("office", 40));
        foreach (var office in stage.World.Accounts.GroupBy(account => account.Group))
        {
            Assert.Single(office.Select(account => account.Payment).Distinct());
            Assert.Single(office.Select(account => account.Organisation).Distinct());
        }

        var byOffice = stage.World.Accounts.ToDictionary(account => account.Name, account => account.Group);
        Assert.All(SmallRange.Lines(stage).GroupBy(line => byOffice[SmallRange.Account(line)]), office =>
            Assert.Single(office.Select(SmallRange.Ip).Distinct())
        );
    }
}
