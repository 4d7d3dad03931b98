using Stillwatch.Population;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class EndUsersTests
{
    [Theory]
    [InlineData(100, 50, 1.0, true)] // early on nobody needs to have come back
    [InlineData(2_000, 300, 1.0, true)]
    [InlineData(2_000, 300, 0.6, true)]
    [InlineData(2_000, 300, 0.4, false)] // most of its prompts name nobody
    [InlineData(600, 600_000, 1.0, false)] // each of them once: nobody comes back
    [InlineData(5_000, 60_000_000, 1.0, false)]
    [InlineData(60_000, 60_000_000, 1.0, false)] // more than the counter can tell apart
    [InlineData(8_000, 3_000, 1.0, true)]
    [InlineData(100, 50, 0, false)]
    public void AreServed_WhenSoManyAreNamed_ThenOnlyWherePeopleComeBack(int prompts, int people, double named, bool served)
    {
        var (users, random) = (new EndUsers(), new Random(1));
        for (var i = 0; i < prompts; i++)
        {
            users.Observe(i < named * prompts ? (ulong)random.Next(people) + 1 : 0);
        }

        Assert.Equal(served, users.AreServed);
    }
}
