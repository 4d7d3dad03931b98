using Stillwatch.App.Trials.Ranges;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Range.Scenarios;

public sealed class ScenarioFileTests
{
    [Fact]
    public void Presets_WhenRead_ThenEachHasCustomersAndATitle() => Assert.All(ScenarioFile.Presets, name =>
        {
            var scenario = ScenarioFile.Read(name);
            Assert.NotEmpty(scenario.Customers);
            Assert.NotEmpty(scenario.Title);
        });

    [Fact]
    public void DisclosedCampaigns_WhenRead_ThenTheyHaveTheDisclosedSizes()
    {
        var june = ScenarioFile.Read("june-2026");
        Assert.Equal(
            (25_000, 28_800_000, 45),
            (june.Campaigns.Sum(campaign => campaign.Accounts), june.Campaigns.Sum(campaign => campaign.Exchanges), june.Days)
        );
        var february = ScenarioFile.Read("february-2026");
        Assert.Equal(24_000, february.Campaigns.Sum(campaign => campaign.Accounts));
        Assert.InRange(february.Campaigns.Sum(campaign => campaign.Exchanges), 16_000_000, 17_000_000);
        Assert.Empty(ScenarioFile.Read("ordinary-month").Campaigns);
    }

    [Theory]
    [InlineData("days: 3\ncustomers:\n  individuals: 5\n", ":3:", "is no role")]
    [InlineData("days: 900\n", ":1:", "from 1 to 366")]
    [InlineData("campaigns:\n  - { kind: hidra }\n", ":2:", "must be one of")]
    [InlineData("campagns: []\n", ":1:", "did you mean 'campaigns'?")]
    [InlineData("campaigns:\n  - { kind: hydra }\n  - { kind: hydra }\n", "campaigns", "two campaigns of the name")]
    [InlineData("start: yesterday\n", ":1:", "must be a day")]
    public void File_WhenAFieldIsWrong_ThenLineAndFieldAreNamed(string text, string where, string what)
    {
        using var folder = new LogFolder();
        var fault = Assert.Throws<UnusableInputException>(() => ScenarioFile.Read(folder.Write("s.yaml", text)));
        Assert.Contains(where, fault.Message, StringComparison.Ordinal);
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_WhenTheyAreSet_ThenTheyAreTaken()
    {
        using var folder = new LogFolder();
        var rules = ScenarioFile.Read(folder.Write("s.yaml", "rules: { account_alpha: 0.001 }\n")).Rules;
        Assert.Equal((0.001, 0.05), (rules.AccountAlpha, rules.CampaignAlpha));
    }

    [Fact]
    public void File_WhenItIsAPartOfItself_ThenThatIsSaid()
    {
        using var folder = new LogFolder();
        var path = Path.Combine(folder.Path, "s.yaml");
        File.WriteAllText(path, $"parts: [{path}]\n");
        Assert.Contains(
            "a part of itself",
            Assert.Throws<UnusableInputException>(() => ScenarioFile.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Name_WhenThereIsNoSuchPreset_ThenTheOnesThereAreAreNamed() =>
        Assert.Contains(
            "ordinary-month",
            Assert.Throws<UnusableInputException>(() => ScenarioFile.Read("extraordinary-month")).Message,
            StringComparison.Ordinal
        );
}
