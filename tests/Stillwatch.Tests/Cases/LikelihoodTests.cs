using Stillwatch.Cases;
using Xunit;

namespace Stillwatch.Tests.Cases;

public sealed class LikelihoodTests
{
    [Theory]
    [InlineData(0, "almost no chance")]
    [InlineData(0.0499, "almost no chance")]
    [InlineData(0.05, "very unlikely")]
    [InlineData(0.1999, "very unlikely")]
    [InlineData(0.2, "unlikely")]
    [InlineData(0.4499, "unlikely")]
    [InlineData(0.45, "roughly even chance")]
    [InlineData(0.5, "roughly even chance")]
    [InlineData(0.5499, "roughly even chance")]
    [InlineData(0.55, "likely")]
    [InlineData(0.7999, "likely")]
    [InlineData(0.8, "very likely")]
    [InlineData(0.9499, "very likely")]
    [InlineData(0.95, "almost certain")]
    [InlineData(1, "almost certain")]
    public void Words_WhenTheProbabilityIsAtAnEdge_ThenTheyAreThoseOfTheDirective(double probability, string words) =>
        Assert.Equal(words, Likelihood.Words(probability));
}
