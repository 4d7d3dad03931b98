using Stillwatch.App.Deployment;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Signals;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

public sealed class PreviewTests
{
    private static readonly EventTime Now = new(1_800_000_000L * EventTime.Second);

    [Fact]
    public void Of_WhenRulesOverlap_ThenNewOnesAreToldApart_AndWhoLooksHonestStandsFirst()
    {
        var policy = new Policy
        {
            Rules =
            [
                new("strip", 1, Rung.Strip)
                {
                    Mode = RuleMode.Off,
                    Terms = new() { Strip = Capability.Reasoning },
                    Tiers = ["free"],
                },
                new("refuse", 1, Rung.Refuse) { SparesVerified = false, Except = [new(SubjectKind.Account, "excepted")] },
            ],
        };
        CampaignAccount[] accounts =
        [
            new("a", "free", null, false),
            new("b", "paid", null, false),
            new("vouched", "paid", null, true),
            new("excepted", "paid", null, false),
        ];
        Assert.True(CampaignId.TryParse("c-7k2m9qt", out var id));
        var campaign = new FlaggedCampaign(
            new(id, Verdict.Lab, 9, accounts),
            Now,
            "",
            null,
            new Dictionary<string, Take>(StringComparer.Ordinal)
        );
        var preview = Preview.Of(policy, Standing.Empty, [campaign], Now, new(30, 100, 1_000, (_, name) => name == "b" ? 7 : 1));

        // a rule that is off is previewed as if it were on
        Assert.Equal(["a"], preview.Rules[0].Accounts.Select(one => one.Account));
        Assert.Equal(["vouched", "b", "a"], preview.Rules[1].Accounts.Select(one => one.Account));
        Assert.Equal((1, 2), (preview.Rules[0].NetNew, preview.Rules[1].NetNew));
        Assert.Contains("verified", preview.Rules[1].Accounts[0].LooksHonest, StringComparison.Ordinal);
        Assert.Equal((3, 9L, 100, 1_000L), (preview.Accounts, preview.Exchanges, preview.AllAccounts, preview.AllExchanges));
    }
}
