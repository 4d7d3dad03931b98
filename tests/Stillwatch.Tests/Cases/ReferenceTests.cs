using CsCheck;
using Stillwatch.Cases;
using Xunit;

namespace Stillwatch.Tests.Cases;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData(0UL, "case-00000000")]
    [InlineData(31UL, "case-0000000z")]
    [InlineData(32UL, "case-00000010")]
    [InlineData((1UL << 40) - 1, "case-zzzzzzzz")]
    [InlineData(1UL << 40, "case-00000000")]
    [InlineData(ulong.MaxValue, "case-zzzzzzzz")]
    public void Of_WhenChanceIsGiven_ThenItsLow40BitsAreTheDigits(ulong chance, string expected) =>
        Assert.Equal(expected, Reference.Of("case", chance));

    [Fact]
    public void TryParse_WhenOneWasMade_ThenItIsReadInEitherCase() =>
        Gen.ULong.Sample(chance =>
        {
            var text = Reference.Of("cm", chance);
            Assert.True(Reference.TryParse("cm", text, out var plain));
            Assert.Equal(text, plain);
            Assert.True(Reference.TryParse("cm", text.ToUpperInvariant(), out var shouted));
            Assert.Equal(text, shouted);
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("case")]
    [InlineData("case-")]
    [InlineData("case-1234567")]
    [InlineData("case-123456789")]
    [InlineData("case_12345678")]
    [InlineData("cm-12345678")]
    [InlineData("cases12345678")]
    [InlineData("case-1234567i")]
    [InlineData("case-1234567l")]
    [InlineData("case-1234567o")]
    [InlineData("case-1234567u")]
    [InlineData("case-1234567é")]
    [InlineData("case-1234567\0")]
    [InlineData(" case-12345678")]
    [InlineData("case-12345678\n")]
    [InlineData("case-../../et")]
    public void TryParse_WhenItIsNone_ThenNothingIsRead(string? text)
    {
        Assert.False(Reference.TryParse("case", text, out var plain));
        Assert.Equal("", plain);
    }

    [Fact]
    public void TryParse_WhenItIsAnyText_ThenWhatIsReadIsReadAgain() =>
        Gen.String[13, 13]
            .Sample(text => Assert.True(!Reference.TryParse("case", text, out var plain) || Reference.TryParse("case", plain, out _)));
}
