using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class IndividualTests
{
    [Fact]
    public void Individual_WhenTheyAsk_ThenTheySleepConverseAndRepeat()
    {
        var lines = SmallRange.Lines(SmallRange.Of("individual", 300));
        var busy = lines.GroupBy(SmallRange.Account).Where(account => account.Count() >= 20).ToList();
        Assert.NotEmpty(busy);
        Assert.All(busy, account => Assert.True(account.Select(SmallRange.Hour).Distinct().Count() <= 20, "somebody never sleeps"));
        Assert.Contains(lines, line => line["request"]!["messages"]!.AsArray().Count > 2);
        Assert.Contains(lines.GroupBy(line => SmallRange.Account(line) + line["request"]!.ToJsonString()), request => request.Count() > 1);
        Assert.True(lines.Select(line => (string)line["client"]!["country"]!).Distinct().Count() > 5);
    }
}
