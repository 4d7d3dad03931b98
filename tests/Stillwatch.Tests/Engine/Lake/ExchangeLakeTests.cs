using System.Text;
using Stillwatch.Engine.Lake;
using Stillwatch.Tests.Engine.Journal;
using Xunit;

namespace Stillwatch.Tests.Engine.Lake;

public sealed class ExchangeLakeTests : IDisposable
{
    private readonly JournalFolder _journal = new();
    private readonly string _folder;

    public ExchangeLakeTests() => _folder = Path.Combine(_journal.Path, "lake");

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Seal_WhenSegmentsAreClosed_ThenTheyAreParquetWithoutTextAndTheQueryOpensIt()
    {
        await Write(40);
        var lake = Lake();
        Assert.Equal(40, lake.Seal(int.MaxValue, int.MaxValue));
        Assert.Empty(Directory.GetFiles(_journal.Options.Folder));
        var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Assert.Single(lake.Files), TestContext.Current.CancellationToken));
        Assert.DoesNotContain("secret words", bytes, StringComparison.Ordinal);
        Assert.Equal(40L, One(lake, "select count(*) from exchanges where request like '%secret words%' and response like '%answer to ' || id || '%'"));
        Assert.Equal(20L, One(lake, "select count(*) from exchanges where account = 'a0' and output_tokens = 3 and ip = '1.2.3.4' and status = 200"));
        Assert.Equal(0, lake.Seal(int.MaxValue, int.MaxValue));   // once
    }

    [Fact]
    public async Task Seal_WhenSomeIsSealedAndSomeIsNot_ThenAQuerySeesBothOnce()
    {
        await Write(10);
        Lake().Seal(int.MaxValue, int.MaxValue);
        await Write(5, from: 10);
        Assert.Equal(15L, One(Lake(), "select count(distinct id) from exchanges"));
        Assert.Equal(15L, One(Lake(), "select count(*) from exchanges"));
    }

    [Fact]
    public async Task Seal_WhenAnExchangeIsUnderWayOverSeveralSealings_ThenItIsThereWhenItEnds()
    {
        using (var writer = _journal.Writer())
        {
            var record = JournalFolder.Record("long");
            var ticket = writer.Begin(record);
            for (var round = 0; round < 3; round++)
            {
                await JournalFolder.Write(writer, $"x{round}");
                ticket = writer.Append(ticket, record, "part "u8);
                writer.Frames.Rotate();
                await writer.Frames.SyncAsync();
                await Task.Delay(150, TestContext.Current.CancellationToken);
                Lake().Seal(writer.Frames.FirstUnclosed, int.MaxValue);
            }

            record.Response = "end"u8.ToArray();
            Assert.True(await writer.EndAsync(ticket, record));
        }

        Lake().Seal(int.MaxValue, int.MaxValue);
        Assert.Equal(4L, One(Lake(), "select count(*) from exchanges"));
        Assert.Equal("part part part end", One(Lake(), "select response from exchanges where id = 'long'"));
        Assert.Empty(Directory.GetFiles(_journal.Options.Folder));
    }

    [Fact]
    public async Task Erase_WhenAnAccountsKeysAreDestroyed_ThenItsTextIsNullAndTheRestStands()
    {
        await Write(10);
        var lake = Lake();
        lake.Seal(int.MaxValue, int.MaxValue);
        _journal.Vault.Destroy("a1", null);
        Assert.Equal(5L, One(lake, "select count(*) from exchanges where request is null"));
        Assert.Equal(5L, One(lake, "select count(*) from exchanges where request is not null and account = 'a0'"));
        Assert.Equal(10L, One(lake, "select count(*) from exchanges where output_tokens = 3"));
    }

    [Fact]
    public async Task Retain_WhenFilesAreOldOrTooLarge_ThenTheOldestGoAndTheLastStays()
    {
        for (var i = 0; i < 3; i++)
        {
            await Write(5, from: i * 5);
            Lake().Seal(int.MaxValue, int.MaxValue);
        }

        var lake = Lake();
        Assert.Equal(3, lake.Files.Count);
        Assert.Equal(2, lake.Retain(DateTimeOffset.MinValue, bytes: 1));
        Assert.Single(lake.Files);
        Assert.Equal(5L, One(lake, "select count(*) from exchanges"));
    }

    private ExchangeLake Lake() => new(_folder, _journal.Options, _journal.Vault);

    private async Task Write(int count, int from = 0)
    {
        using var writer = _journal.Writer(after: (int)(Lake().SealedTo >> 32));
        for (var i = from; i < from + count; i++)
        {
            Assert.True(await JournalFolder.Write(writer, $"x{i}", $"a{i % 2}"));
        }
    }

    private static object One(ExchangeLake lake, string sql)
    {
        using var connection = lake.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }
}
