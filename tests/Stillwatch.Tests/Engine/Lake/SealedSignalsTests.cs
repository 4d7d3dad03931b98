using System.Text;
using System.Text.Json;
using Stillwatch.Engine.Lake;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Tests.Engine.Journal;
using Xunit;
using static Stillwatch.Signals.Signal;

namespace Stillwatch.Tests.Engine.Lake;

/// <summary>What happened is kept when the segments that said it are gone.</summary>
public sealed class SealedSignalsTests : IDisposable
{
    private static readonly CampaignId C = CampaignId.Of(1, 1, false),
        D = CampaignId.Of(2, 2, false);

    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    private string FilePath => Path.Combine(_journal.Path, "lake", "signals.jsonl");

    [Fact]
    public async Task Append_WhenSegmentsAreSealedAgainAndAgain_ThenTheirSignalsAreThereOnceEach_AndInTheQuery()
    {
        using (var writer = _journal.Writer())
        {
            var log = new SignalLog(writer, []);
            log.Add([new WatchBegan(new EventTime(5), "a", "watch/12"), Formed(C)], Name);
            await Seal(writer, Lake());
            await Seal(writer, Lake());
            File.AppendAllText(FilePath, "{\"position\":77,\"sig"); // a crash
            log.Add([Formed(D)], Name);
            await Seal(writer, Lake());
            log.Add([new CampaignMerged(default, C, D)], Name);
        }

        Assert.Equal(3, Lake().Signals.Read().Count());
        Assert.All(File.ReadAllLines(FilePath), line => JsonDocument.Parse(line).Dispose()); // every line is JSON: others read it, too
        using var connection = Lake().Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT count(*) FROM signals WHERE kind IN ('watch_began', 'campaign_formed', 'campaign_merged') AND time IS NOT NULL";
        Assert.Equal(4L, command.ExecuteScalar());
    }

    [Fact]
    public async Task Read_WhenALineIsDamaged_ThenItCostsItselfOnly()
    {
        using (var writer = _journal.Writer())
        {
            new SignalLog(writer, []).Add([Formed(C), Formed(D)], Name);
            await Seal(writer, Lake());
        }

        var lines = File.ReadAllLines(FilePath);
        File.WriteAllLines(FilePath, [lines[0][..40] + "\0" + lines[0][41..], "", "[]", "{\"position\":\"x\",\"signal\":{}}", lines[1]]);
        var read = Assert.Single(Lake().Signals.Read());
        Assert.Contains(D.ToString(), Encoding.UTF8.GetString(read.Line.Span), StringComparison.Ordinal);
        using var connection = Lake().Open(); // a query is not hurt either
    }

    private ExchangeLake Lake() => new(Path.Combine(_journal.Path, "lake"), _journal.Options, _journal.Vault);

    private static async Task Seal(Stillwatch.Engine.Journal.JournalWriter writer, ExchangeLake lake)
    {
        writer.Frames.Rotate();
        Assert.True(await writer.Frames.SyncAsync());
        lake.Seal(writer.Frames.FirstUnclosed, needed: long.MaxValue);
    }

    private static CampaignFormed Formed(CampaignId id) => new(new EventTime(6), id, [new(0), new(1)]);

    private static string Name(AccountNumber account) => $"account-{account.Value}";
}
