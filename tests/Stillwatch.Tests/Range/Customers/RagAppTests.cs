using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class RagAppTests
{
    [Fact]
    public void RagApp_WhenItAsks_ThenDocumentsComeAgainAndPopularQuestionsToo()
    {
        var lines = SmallRange.Lines(SmallRange.Of("rag-app", 8));
        var app = lines.GroupBy(SmallRange.Account).OrderByDescending(one => one.Count()).First().ToList();
        Assert.All(app, line => Assert.Contains("[1] ", SmallRange.Said(line), StringComparison.Ordinal));
        Assert.True(app.Select(SmallRange.Said).Distinct().Count() < app.Count, "no question came twice");
    }
}
