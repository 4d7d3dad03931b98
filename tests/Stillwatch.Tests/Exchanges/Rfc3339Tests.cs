using System.Text;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-03-02T00:10:19.162Z", "2026-03-02T00:10:19.162Z")]
    [InlineData("2026-03-02t00:10:19z", "2026-03-02T00:10:19.000Z")]
    [InlineData("2026-03-02 02:10:19.5+02:00", "2026-03-02T00:10:19.500Z")]
    [InlineData("2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000Z")]
    [InlineData("2026-03-02T00:10:19.123456789Z", "2026-03-02T00:10:19.123Z")]
    public void TryParse_WhenItIsATime_ThenItIsThatTime(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal(expected, time.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-03-02")]
    [InlineData("2026-13-02T00:10:19Z")]
    [InlineData("2026-02-30T00:10:19Z")]
    [InlineData("2026-03-02T24:10:19Z")]
    [InlineData("2026-03-02T00:10:19")]
    [InlineData("2026-03-02T00:10:19+2:00")]
    [InlineData("0000-03-02T00:10:19Z")]
    [InlineData("２０２６-03-02T00:10:19Z")]
    public void TryParse_WhenItIsNone_ThenItSaysSo(string text) => Assert.False(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Window_WhenBeforeTheEpoch_ThenWindowsStillAreCutAlike()
    {
        Assert.Equal(-1, new EventTime(-1).Window(EventTime.Day));
        Assert.Equal(0, new EventTime(0).Window(EventTime.Day));
    }
}
