using Stillwatch.App.Configuration;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Configuration;

public sealed class AccountRowsTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhenSomeLinesAreNone_ThenTheOthersAreTakenAndEachIsNamedWithItsLine()
    {
        var path = Path.Combine(_folder.Path, "accounts.jsonl");
        File.WriteAllLines(
            path,
            [
                """{"account":"ada","created":"2026-03-02T00:00:00Z","payment":"card-1","verified":true,"tier":"trial"}""",
                "",
                """{"account":17,"country":"DE"}""",
                """{"created":"2026-03-02T00:00:00Z"}""",
                """{"account":"bo","created":"yesterday"}""",
                "not JSON",
            ]
        );
        var (rows, complaints) = AccountRows.Read(path);
        Assert.Equal(
            [("ada", "card-1", true, "trial"), ("17", null, false, null)],
            rows.Select(row => (row.Name, row.Payment, row.Verified, row.Tier))
        );
        Assert.Equal([$"{path}:4", $"{path}:5", $"{path}:6"], complaints.Select(complaint => complaint[..(path.Length + 2)]));
    }
}
