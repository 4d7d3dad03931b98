using Stillwatch.Signals;
using Xunit;

namespace Stillwatch.Tests.Signals;

public sealed class CampaignIdTests
{
    [Fact]
    public void Of_WhenMade_ThenItIsShortReadableAndTheSameNextYear()
    {
        // golden: cases and notes name such ids
        Assert.Equal("c-x42hn0r", CampaignId.Of(1_772_409_600, 0x0123456789ABCDEF, isLead: false).ToString());
        Assert.Equal("l-x42hn0r", CampaignId.Of(1_772_409_600, 0x0123456789ABCDEF, isLead: true).ToString());
    }

    [Fact]
    public void TryParse_WhenWritten_ThenItIsTheSameAgain()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var id = CampaignId.Of(i, (ulong)i * 7, isLead: i % 2 == 0);
            Assert.True(CampaignId.TryParse(id.ToString().ToUpperInvariant(), out var read));
            Assert.Equal((id, i % 2 == 0, id), (read, read.IsLead, CampaignId.OfValue(id.Value)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("c1")]
    [InlineData("x-0000000")]
    [InlineData("c-000000")]
    [InlineData("c-00000000")]
    [InlineData("c-000000u")] // no letter of it
    [InlineData("c-0000 00")]
    public void TryParse_WhenItIsNone_ThenItSaysSo(string? text) => Assert.False(CampaignId.TryParse(text, out _));

    [Fact]
    public void Of_WhenTicksAccountsOrAttemptsDiffer_ThenSoDoIds()
    {
        var ids = Enumerable
            .Range(0, 100)
            .SelectMany(tick => Enumerable.Range(0, 100).Select(account => CampaignId.Of(tick, (ulong)account, false)));
        Assert.Equal(10_000, ids.Distinct().Count());
        Assert.NotEqual(CampaignId.Of(1, 2, false), CampaignId.Of(1, 2, false, attempt: 1));
    }
}
