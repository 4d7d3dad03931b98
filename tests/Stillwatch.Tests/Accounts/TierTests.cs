using Stillwatch.Accounts;
using Xunit;

namespace Stillwatch.Tests.Accounts;

public sealed class TierTests
{
    [Theory]
    [InlineData("", "anything", true)] // none named: all
    [InlineData("m-1", "m-1", true)]
    [InlineData("m-1", "m-10", false)]
    [InlineData("m-1", "M-1", false)]
    [InlineData("m-1*", "m-10", true)]
    [InlineData("m-1*", "m-1", true)]
    [InlineData("m-1*", "m-2", false)]
    [InlineData("*", "", true)]
    [InlineData("a|b*", "bee", true)]
    [InlineData("a|b*", "c", false)]
    [InlineData("m*1", "m-1", false)] // a star stands for something at the end alone
    [InlineData("m*1", "m*1", true)]
    public void Allows_WhenModelsAreNamed_ThenThoseMayBeUsedAndNoOthers(string models, string model, bool allowed) =>
        Assert.Equal(allowed, new Tier("t") { Models = models.Split('|', StringSplitOptions.RemoveEmptyEntries) }.Allows(model));

    [Fact]
    public void Of_WhenSeveralLimitsFit_ThenTheFirstCounts()
    {
        var tier = new Tier("t")
        {
            ByModel =
            [
                new("big-1", new Limits { Concurrent = 1 }),
                new("big*", new Limits { Concurrent = 2 }),
                new("*", new Limits { Concurrent = 3 }),
            ],
        };
        Assert.Equal([1, 2, 2, 3], new[] { "big-1", "big-10", "big", "small" }.Select(model => tier.Of(model)!.Limits.Concurrent));
        Assert.Null(tier.Of(null));
        Assert.Null(new Tier("t") { ByModel = [new("big", Limits.None)] }.Of("small"));
        Assert.Null(new Tier("t").Of("big"));
    }

    [Fact]
    public void IsLimited_WhenAnythingAtAllIsLimited_ThenItSaysSo()
    {
        var some = new Limits { SpendPerMonth = 1 };
        Assert.False(new Tier("t").IsLimited);
        Assert.False(new Tier("t") { Key = new Limits { RequestsPerMinute = 0 } }.IsLimited); // 0 is no limit
        Assert.True(new Tier("t") { Key = some }.IsLimited);
        Assert.True(new Tier("t") { Account = some }.IsLimited);
        Assert.True(new Tier("t") { Organisation = some }.IsLimited);
        Assert.True(new Tier("t") { ByModel = [new("m", some)] }.IsLimited);
        foreach (
            var limits in new Limits[]
            {
                new() { RequestsPerMinute = 1 },
                new() { InputTokensPerMinute = 1 },
                new() { OutputTokensPerMinute = 1 },
                new() { Concurrent = 1 },
                new() { SpendPerDay = 1 },
            }
        )
        {
            Assert.False(limits.IsNone);
        }
    }
}
