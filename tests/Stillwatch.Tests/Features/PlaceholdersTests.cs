using System.Text;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class PlaceholdersTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n")]
    [InlineData("redacted-by-litellm")]
    [InlineData("[REDACTED]")]
    [InlineData("<Redacted>")]
    [InlineData("***")]
    [InlineData("xxxxXXXX")]
    [InlineData("-----")]
    [InlineData("...")]
    [InlineData("__REMOVED__")]
    [InlineData("{prompt.omitted}")]
    [InlineData("content not captured")]
    [InlineData("Message logging disabled.")]
    [InlineData("(text withheld for privacy)")]
    [InlineData("  hidden  ")]
    public void Is_WhenATextStandsForOneThatIsLeftOut_ThenItSaysSo(string text) =>
        Assert.True(Placeholders.Is(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("**")]
    [InlineData("xs")]
    [InlineData("text")] // words of such a text, and no sign that anything is left out
    [InlineData("user input message")]
    [InlineData("hidden?")]
    [InlineData("redacted 2")]
    [InlineData("redacted, hidden")]
    [InlineData("\"redacted\"")]
    [InlineData("rédacted")]
    [InlineData("redacted by hand")]
    [InlineData("why is it redacted")]
    [InlineData("[REDACTED] [REDACTED] [REDACTED] [REDACTED] [REDACTED] [REDACTED]")] // too long for one
    [InlineData("*************************************************************** **")]
    public void Is_WhenSomebodyWroteIt_ThenItIsNone(string text) => Assert.False(Placeholders.Is(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Is_WhenATextIsAsLongAsOneMayBe_ThenItIsReadAndNotOneLonger()
    {
        Assert.True(Placeholders.Is(Encoding.ASCII.GetBytes(new string('*', 64))));
        Assert.False(Placeholders.Is(Encoding.ASCII.GetBytes(new string('*', 65))));
        Assert.True(Placeholders.Is(Encoding.ASCII.GetBytes("redacted" + new string('.', 56))));
        Assert.False(Placeholders.Is(Encoding.ASCII.GetBytes("redacted" + new string('.', 57))));
        Assert.False(Placeholders.Is(Encoding.ASCII.GetBytes(new string('a', 64))));
    }
}
