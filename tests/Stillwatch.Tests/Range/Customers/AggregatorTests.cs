using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class AggregatorTests
{
    [Fact]
    public void Aggregator_WhenItAsks_ThenManyUsersAreBehindIt()
    {
        var lines = SmallRange.Lines(SmallRange.Of("aggregator", 3));
        Assert.Contains(lines.GroupBy(SmallRange.Account), account =>
            account.Select(line => (string?)line["end_user"]).Distinct().Count() > 40
        );
        Assert.Contains(lines, line => line["request"]!["messages"]!.AsArray().Count > 3);
    }
}
