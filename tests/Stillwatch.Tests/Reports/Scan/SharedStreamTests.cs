using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Scan;
using Stillwatch.Tests.Structure;
using Xunit;

namespace Stillwatch.Tests.Reports.Scan;

/// <summary>
/// Real prompts, where they are: the labelled streams that lie beside the project on the founders' machines. Skipped elsewhere.
/// </summary>
[Trait("Suite", "slow")]
public sealed class SharedStreamTests
{
    [Fact]
    public void Scan_WhenTheStreamIsSmall_ThenBothCampaignsAreNamedAndNobodyHonestIsFlagged()
    {
        var folder = Path.GetFullPath(Path.Combine(Tree.Root, "..", "shared", "data", "streams", "small"));
        Assert.SkipUnless(Directory.Exists(folder), "the labelled streams are not beside this checkout");
        var findings = ScanRun.Run(
            [Path.Combine(folder, "exchanges.jsonl.gz")],
            Path.Combine(folder, "accounts.jsonl"),
            calibration: CalibrationFile.Load(null)
        );
        Assert.Equal(9_392, findings.Log.Exchanges);
        Assert.Equal(40, Assert.Single(findings.Campaigns).Accounts.Count);
        var lead = Assert.Single(findings.Leads); // one account that copies alone: shown, and not flagged
        Assert.Null(lead.FlaggedAt);
        Assert.StartsWith("Look at it, and do nothing for this alone", CampaignBrief.Of(findings, lead), StringComparison.Ordinal);
        Assert.Equal(40, findings.Watch.Accounts.Count(account => account.FlaggedAt != null));
    }
}
