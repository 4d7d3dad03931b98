using System.Text.Json.Nodes;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Reports.Scan;

public sealed class ScanTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scan_WhenACampaignWalksASeedSet_ThenItIsNamedAndNobodyHonestIsFlagged()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        var findings = ScanRun.Run([log], accounts);
        var campaign = Assert.Single(findings.Campaigns);
        Assert.Equal(world.Distillers, campaign.Accounts.Select(number => findings.Log.Names[number]).Order(StringComparer.Ordinal));
        Assert.Empty(findings.Leads);
        Assert.Equal(24, findings.Watch.Accounts.Count(account => account.FlaggedAt != null));
        var ties = findings.Ties(campaign).ToDictionary(tie => tie.Link.Id.Name, StringComparer.Ordinal);
        Assert.Equal((24, 4), (ties["shared-payment"].Accounts, ties["shared-payment"].Groups)); // four cards of six accounts each
        Assert.Equal("24 are paid for by the same means of payment, in 4 groups", ties["shared-payment"].Text("24"));
        Assert.Equal((24, 1), (ties["shared-address"].Accounts, ties["shared-address"].Groups)); // each shares one with the next
        Assert.Equal("all send from the same address", ties["shared-address"].Text("all"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Scan_WhenEverybodyIsHonest_ThenNobodyIsFlaggedAndTheOfficeIsCleared(int seed)
    {
        var (log, accounts, _) = new SmallWorld(seed, campaign: false).WriteTo(_folder.Path);
        var findings = ScanRun.Run([log], accounts);
        Assert.DoesNotContain(findings.Watch.Accounts, account => account.FlaggedAt != null);
        Assert.Contains(findings.Watch.Candidates, group =>
            group.Accounts.Count == 6
            && group.Accounts.All(number => findings.Log.Names[number].StartsWith("office", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Scan_WhenCoresAndFilesChange_ThenTheResultIsTheSameToTheByte()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path, zipped: true);
        var lines = world.Lines;
        var first = _folder.Write("first.jsonl", string.Concat(lines.Where((_, i) => i % 3 == 0).Reverse().Select(line => line + "\n")));
        var second = _folder.Write("second.jsonl", string.Concat(lines.Where((_, i) => i % 3 != 0).Select(line => line + "\n")));
        var expected = ScanRun.Result(ScanRun.Run([log], accounts, cores: 1));
        Assert.Equal(expected, ScanRun.Result(ScanRun.Run([log], accounts, cores: 2)));
        Assert.Equal(expected, ScanRun.Result(ScanRun.Run([first, second], accounts, cores: 2)));
        Assert.Equal(expected, ScanRun.Result(ScanRun.Run([second, first], accounts, cores: 3, held: 200)));
    }

    [Fact]
    public void Scan_WhenTheLogIsCutAtAnyTick_ThenFlagsAndTimesAreThoseOfTheWholeUpToThere()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        var whole = Flags(ScanRun.Result(ScanRun.Run([log], accounts)));
        Assert.NotEmpty(whole);
        var lines = world.Lines.Select(line => (Line: line, Second: Second(line))).ToArray();
        for (var share = 1; share <= 12; share++)
        {
            var cut = lines[lines.Length * share / 13].Second;
            var prefix = _folder.Write(
                "prefix.jsonl",
                string.Concat(lines.TakeWhile(line => string.CompareOrdinal(line.Second, cut) <= 0).Select(line => line.Line + "\n"))
            );
            var expected = whole.Where(flag => string.CompareOrdinal(flag.Value[..19], cut) <= 0).ToDictionary(StringComparer.Ordinal);
            Assert.Equal(expected, Flags(ScanRun.Result(ScanRun.Run([prefix], accounts))));
        }
    }

    [Fact]
    public void Scan_WhenTheResultIsWritten_ThenItHasEveryFieldOfVersionOne()
    {
        var (log, accounts, _) = new SmallWorld(seed: 2, campaign: true).WriteTo(_folder.Path);
        var result = JsonNode.Parse(ScanRun.Result(ScanRun.Run([log], accounts)))!;
        Assert.Equal(1, (int)result["version"]!);
        foreach (var field in new[] { "exchanges", "accounts_seen", "rejected_lines", "first", "last" })
        {
            Assert.NotNull(result[field]);
        }

        Assert.Equal((int)result["accounts_seen"]!, result["accounts"]!.AsArray().Count);
        var flagged = result["accounts"]!.AsArray().First(account => account!["flagged_at"] != null)!;
        foreach (
            var field in new[]
            {
                "account",
                "exchanges",
                "output_tokens",
                "score",
                "flagged_at",
                "exchanges_before_flag",
                "campaign",
                "reasons",
            }
        )
        {
            Assert.NotNull(flagged[field]);
        }

        var reason = flagged["reasons"]![0]!;
        Assert.True(reason["detector"] != null && reason["score"] != null && reason["text"] != null);
        var campaign = result["campaigns"]![0]!;
        foreach (
            var field in new[] { "campaign", "accounts", "detected_at", "exchanges", "output_tokens", "score", "confidence", "reasons" }
        )
        {
            Assert.NotNull(campaign[field]);
        }
    }

    private static string Second(string line) => JsonNode.Parse(line)!["time"]!.GetValue<string>()[..19];

    private static Dictionary<string, string> Flags(byte[] result) =>
        JsonNode.Parse(result)!["accounts"]!
            .AsArray()
            .Where(account => account!["flagged_at"] != null)
            .ToDictionary(account => (string)account!["account"]!, account => (string)account!["flagged_at"]!, StringComparer.Ordinal);
}
