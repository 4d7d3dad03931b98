using System.Text.Json;
using Stillwatch.App.Configuration;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Vault;
using Stillwatch.Reports;
using Stillwatch.Tests.Engine.Journal;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Verbs;

public sealed class CalibrateVerbTests : IDisposable
{
    private const int Accounts = 24;

    private readonly LogFolder _folder = new();

    private string Data => Path.Combine(_folder.Path, "data");

    private string Out => Path.Combine(_folder.Path, "c.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Calibrate_WhenFromADeployment_ThenItsRecordAndItsAccountsCount()
    {
        var folder = DataFolder.Make(Data);
        using (var vault = new KeyVault(folder.Vault, folder.Master, durable: false))
        using (var writer = new JournalWriter(Settings.Read(null, folder.Path, []).Journal, vault, SystemClock.Instance))
        {
            for (var i = 0; i < Accounts * 3; i++)
            {
                Assert.True(await JournalFolder.Write(writer, $"x{i}", $"acct{i % Accounts}"));
            }
        }

        // All pay with one card: that strangers share one is then nothing.
        var facts = string.Join('\n', Enumerable.Range(0, Accounts).Select(i => $$"""{"account":"acct{{i}}","payment":"card"}"""));
        var (status, _, error) = VerbTests.Run("accounts", "import", _folder.Write("facts.jsonl", facts), "--data", Data);
        Assert.True(status == 0, error);

        (status, var output, error) = VerbTests.Run("calibrate", "--from", Data, "--out", Out);
        Assert.True(status == 0, error);
        Assert.Contains($"{Accounts} accounts", output, StringComparison.Ordinal);
        using var file = JsonDocument.Parse(File.ReadAllText(Out));
        Assert.Equal(Accounts, file.RootElement.GetProperty("accounts").GetInt32());
        var card = file
            .RootElement.GetProperty("link_bits")
            .EnumerateObject()
            .Single(link => link.Name.StartsWith("shared-payment", StringComparison.Ordinal));
        Assert.InRange(card.Value.GetDouble(), 0, 1);
    }

    [Theory]
    [InlineData("nothing to calibrate on")]
    [InlineData("no data folder", "--from", "nowhere")]
    public void Calibrate_WhenThereIsNothingToReadFrom_ThenItSaysSo(string why, params string[] arguments)
    {
        var (status, _, error) = VerbTests.Run(["calibrate", .. arguments, "--out", Out]);
        Assert.Equal(2, status);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }
}
