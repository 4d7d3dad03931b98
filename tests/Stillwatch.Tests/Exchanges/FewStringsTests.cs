using System.Globalization;
using System.Text;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class FewStringsTests
{
    [Fact]
    public void Of_WhenATextComesAgain_ThenItIsTheSameStringWhereItIsShortAndPlain()
    {
        Assert.Same(FewStrings.Of("model-that-comes-again"u8), FewStrings.Of("model-that-comes-again"u8));
        foreach (var text in new[] { "", "m", "größe", "😀", new string('x', 64), new string('x', 65), new string('y', 10_000), "a\0b" })
        {
            Assert.Equal(text, FewStrings.Of(Encoding.UTF8.GetBytes(text)));
        }

        Assert.Equal("\ufffd", FewStrings.Of([0xFF]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(256)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Of_WhenANumberIsAskedFor_ThenItIsItsDigitsAndWithAUnitAnothers(long number)
    {
        Assert.Equal(number.ToString(CultureInfo.InvariantCulture), FewStrings.Of(number));
        Assert.Equal(number.ToString(CultureInfo.InvariantCulture) + "ms", FewStrings.Milliseconds(number));
        Assert.Same(FewStrings.Of(number), FewStrings.Of(number));
    }

    /// <summary>Far more texts than places, from many threads: whoever took another's text would bill another model.</summary>
    [Fact]
    public void Of_WhenManyThreadsAskForManyTexts_ThenEachIsGivenItsOwn() => Parallel.For(0, 16, worker =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 20_000; i++)
            {
                var number = random.Next(2_000);
                var text = $"model-{number}";
                if (
                    FewStrings.Of(Encoding.ASCII.GetBytes(text)) != text
                    || FewStrings.Of(number) != $"{number}"
                    || FewStrings.Milliseconds(number) != $"{number}ms"
                )
                {
                    Assert.Fail($"another text than {text}");
                }
            }
        });
}
