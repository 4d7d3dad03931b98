using Stillwatch.Gateway.Forward;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

public sealed class RetryBudgetTests
{
    [Fact]
    public void TryTake_WhenItIsUsedUp_ThenNothingIsSentAgainUntilRequestsFilledIt()
    {
        var budget = new RetryBudget();
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => budget.TryTake()));
        for (var i = 0; i < 10; i++)
        {
            budget.Add(0.2);
        }

        Assert.Equal(2, Enumerable.Range(0, 100).Count(_ => budget.TryTake()));
    }
}
