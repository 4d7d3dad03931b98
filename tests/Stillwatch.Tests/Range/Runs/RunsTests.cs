using System.Security.Cryptography;
using Stillwatch.App.Trials.Ranges;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.Reports.Scan;
using Xunit;

namespace Stillwatch.Tests.Range.Runs;

public sealed class RunsTests
{
    [Theory]
    [InlineData("demo", 5, 0.3)]
    [InlineData("adaptive", 9, 0.005)] // it makes accounts while others' lines are written
    public void Log_WhenWrittenTwice_ThenTheBytesAreTheSameAndAnotherSeedsAreNot(string preset, int days, double scale)
    {
        Assert.Equal(Hash(3), Hash(3));
        Assert.NotEqual(Hash(3), Hash(4));

        string Hash(ulong seed)
        {
            using var folder = new LogFolder();
            var scenario = ScenarioFile.Read(preset) with { Days = days };
            var stage = Stage.Set(scenario, seed, scale);
            LogRun.Write(stage, folder.Path, zipped: false, progress: null, CancellationToken.None);
            LogRun.WriteAccounts(stage, folder.Path);
            return string.Concat(
                new[] { "exchanges.jsonl", "accounts.jsonl", "labels.json" }.Select(file =>
                    Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder.Path, file))))
                )
            );
        }
    }

    [Fact]
    public void Features_WhenRunBesideAScanOfTheLog_ThenTheyBelieveTheSameToTheBit()
    {
        using var folder = new LogFolder();
        var scenario = ScenarioFile.Read("demo");
        var stage = Stage.Set(scenario, 5, 1);
        LogRun.Write(stage, folder.Path, zipped: false, progress: null, CancellationToken.None);
        LogRun.WriteAccounts(stage, folder.Path);
        var scanned = ScanRun.Run(
            [Path.Combine(folder.Path, "exchanges.jsonl")],
            Path.Combine(folder.Path, "accounts.jsonl"),
            calibration: CalibrationFile.Load(null)
        );

        var outcome = FeaturesRun.Run(
            scenario,
            Stage.Set(scenario, 5, 1),
            new Watch(CalibrationFile.Load(null), WatchRules.Default),
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(scanned.Log.Exchanges, outcome.Exchanges);
        Assert.Equal(scanned.Log.Names, outcome.Watch.Accounts.Select(account => outcome.Account(account.Number).Name));
        foreach (var (ofScan, ofRun) in scanned.Watch.Accounts.Zip(outcome.Watch.Accounts))
        {
            Assert.Equal(ofScan.FlaggedAt, ofRun.FlaggedAt);
            Assert.Equal(scanned.Watch.Score(ofScan), outcome.Watch.Score(ofRun));
            Assert.Equal(ofScan.Take.OutputTokens, ofRun.Take.OutputTokens);
        }

        Assert.Contains(outcome.Watch.Accounts, account => account.FlaggedAt != null);
    }

    [Fact]
    public void Containment_WhenAccountsAreFlagged_ThenTheirRequestsAreRefusedAndLessLeaks()
    {
        var scenario = ScenarioFile.Read("demo") with { Contain = true };
        // the hydra would grow new heads
        scenario = scenario with { Campaigns = [.. scenario.Campaigns.Select(campaign => campaign with { Kind = "release-pivot" })] };
        var outcome = FeaturesRun.Run(
            scenario,
            Stage.Set(scenario, 5, 1),
            new Watch(CalibrationFile.Load(null), WatchRules.Default),
            null,
            TestContext.Current.CancellationToken
        );
        var lab = Assert.Single(outcome.Campaigns);
        Assert.True(lab.Refused > 0);
        Assert.True(lab.Exchanges < 6000 / 2, $"{lab.Exchanges} were answered");
    }

    [Fact]
    public void Outcome_WhenWrittenAndRead_ThenTheReportNamesTheCampaignAndIsTheSameEachTime()
    {
        using var folder = new LogFolder();
        string Page()
        {
            var scenario = ScenarioFile.Read("demo");
            var outcome = FeaturesRun.Run(
                scenario,
                Stage.Set(scenario, 5, 0.5),
                new Watch(CalibrationFile.Load(null), WatchRules.Default),
                null,
                TestContext.Current.CancellationToken
            );
            var path = Path.Combine(folder.Path, "outcome.json");
            new RangeFile(1, "demo", "<b>", 0.5, 14, false, 0, "c", "0", [OutcomeToFile.Take(5, outcome, scenario.Rules)]).Write(path);
            using var into = new MemoryStream();
            var file = RangeFile.Read(path);
            RangeReport.Write([("one", file), ("two", file)], into);
            return System.Text.Encoding.UTF8.GetString(into.ToArray());
        }

        var page = Page();
        Assert.Equal(page, Page());
        Assert.Contains("lab", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }
}
