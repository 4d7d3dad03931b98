using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class StudentClassTests
{
    [Fact]
    public void Student_WhenHomeworkIsDue_ThenOthersAskTheSameWordForWord()
    {
        var lines = SmallRange.Lines(SmallRange.Of("student", 40));
        var shared = lines.GroupBy(SmallRange.Said).Where(said => said.Select(SmallRange.Account).Distinct().Count() > 2).ToList();
        Assert.True(shared.Count > 10, $"{shared.Count} questions were asked by three and more");
    }
}
