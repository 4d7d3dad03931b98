using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class SupportAppTests
{
    [Fact]
    public void SupportApp_WhenItAsks_ThenOneSystemPromptStandsBeforeAll()
    {
        var lines = SmallRange.Lines(SmallRange.Of("support-app", 12));
        foreach (var app in lines.GroupBy(SmallRange.Account))
        {
            Assert.Single(app.Select(line => (string)line["request"]!["messages"]![0]!["content"]!).Distinct());
            Assert.All(app, line => Assert.Equal("system", (string)line["request"]!["messages"]![0]!["role"]!));
        }

        Assert.Contains(lines, line => line["end_user"] != null);
    }
}
