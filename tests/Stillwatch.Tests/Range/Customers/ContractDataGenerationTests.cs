using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class ContractDataGenerationTests
{
    [Fact]
    public void ContractDataGeneration_WhenItAsks_ThenItIsVerifiedAndAsksForData()
    {
        var stage = SmallRange.Set(SmallRange.Of("contract-data-generation", 4));
        Assert.All(stage.World.Accounts, account => Assert.True(account.Verified));
        var lines = SmallRange.Lines(stage);
        Assert.True(lines.Average(line => (int)line["usage"]!["output_tokens"]!) > 300);
    }
}
