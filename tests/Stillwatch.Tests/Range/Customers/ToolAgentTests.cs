using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class ToolAgentTests
{
    [Fact]
    public void ToolAgent_WhenItWorks_ThenRequestsGrowByCallsAndResults()
    {
        var lines = SmallRange.Lines(SmallRange.Of("tool-agent", 8));
        Assert.All(lines, line => Assert.NotNull(line["request"]!["tools"]));
        Assert.Contains(lines, line =>
            line["request"]!["messages"]!
                .AsArray()
                .Any(message => (string)message!["role"]! == "tool" || message["content"] is System.Text.Json.Nodes.JsonArray)
        );
        Assert.Contains(lines, line => line["request"]!["messages"]!.AsArray().Count > 8);
    }
}
