using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class ClientMimicTests
{
    [Fact]
    public void ClientMimic_WhenItRuns_ThenItsProgramsAreThoseOfCustomers()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("client-mimic", accounts: 30));
        Assert.True(lines.Select(line => (string)line["client"]!["user_agent"]!).Distinct().Count() > 6);
        Assert.Contains(lines, line => line["request"]!["temperature"] == null);
    }
}
