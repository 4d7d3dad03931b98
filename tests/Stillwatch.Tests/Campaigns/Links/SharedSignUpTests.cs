using Stillwatch.Exchanges;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedSignUpTests : LinkLaws
{
    private protected override string Name => "shared-sign-up";

    [Fact]
    public void Values_WhenMadeFortyMinutesApart_ThenOneIsShared()
    {
        for (var minutes = 0; minutes < 240; minutes += 7)
        {
            var first = Facts with { Created = new EventTime(Samples.Start.Micros + minutes * 60 * EventTime.Second) };
            var second = first with { Created = new EventTime(first.Created!.Value.Micros + 40 * 60 * EventTime.Second) };
            Assert.NotEmpty(Values([], first).Intersect(Values([], second)));
        }
    }

    [Fact]
    public void Values_WhenMadeADayApartOrUnderOtherDomains_ThenNoneIsShared()
    {
        var other = Facts with { Created = new EventTime(Facts.Created!.Value.Micros + EventTime.Day) };
        Assert.Empty(Values([], Facts).Intersect(Values([], other)));
        Assert.Empty(Values([], Facts).Intersect(Values([], Facts with { EmailDomain = 99 })));
    }
}
