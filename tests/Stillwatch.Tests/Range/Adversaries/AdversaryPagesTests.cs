using Stillwatch.Range.Adversaries;
using Stillwatch.Range.Customers;
using Stillwatch.Tests.Structure;
using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

/// <summary>Every adversary and every role is one file with one test; every adversary has a page.</summary>
public sealed class AdversaryPagesTests
{
    [Fact]
    public void Adversaries_WhenListed_ThenEachHasItsTestAndItsPage()
    {
        foreach (var name in AllAdversaries.Names)
        {
            var type = AllAdversaries.Create(name)!.GetType().Name;
            Assert.True(Tree.Exists($"src/Stillwatch.Range/Adversaries/{type}.cs"));
            Assert.True(Tree.Exists($"tests/Stillwatch.Tests/Range/Adversaries/{type}Tests.cs"), $"{type} has no test");
            var page = $"docs/adversaries/{name}.md";
            Assert.True(Tree.Exists(page), $"{name} has no page {page}");
            Assert.All(["## Wants", "## Knows", "## Does", "## Costs", "## What finds it"], heading =>
                Assert.Contains(heading, Tree.Read(page), StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public void Roles_WhenListed_ThenEachHasItsTest() =>
        Assert.All(Roles.All.Values, role =>
            Assert.True(Tree.Exists($"tests/Stillwatch.Tests/Range/Customers/{role.GetType().Name}Tests.cs"), $"{role.Name} has no test")
        );
}
