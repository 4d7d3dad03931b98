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
        Assert.Equal(40, lake.Seal(int.MaxValue, long.MaxValue));
        Assert.Empty(Directory.GetFiles(_journal.Options.Folder));
        var bytes = Encoding.Latin1.GetString(
            await File.ReadAllBytesAsync(Assert.Single(lake.Files), TestContext.Current.CancellationToken)
        );
        Assert.DoesNotContain("secret words", bytes, StringComparison.Ordinal);
        Assert.Equal(
            40L,
            One(lake, "select count(*) from exchanges where request like '%secret words%' and response like '%answer to ' || id || '%'")
        );
        Assert.Equal(
            20L,
            One(lake, "select count(*) from exchanges where account = 'a0' and output_tokens = 3 and ip = '1.2.3.4' and status = 200")
        );
        Assert.Equal(0, lake.Seal(int.MaxValue, long.MaxValue)); // once
    }

    [Fact]
    public async Task Seal_WhenSomeIsSealedAndSomeIsNot_ThenAQuerySeesBothOnce()
    {
        await Write(10);
        Lake().Seal(int.MaxValue, long.MaxValue);
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
                var before = writer.Frames.FirstUnclosed;
                writer.Frames.Rotate();
                await writer.Frames.SyncAsync();
                await Gateway.LiveDeployment.Until(() => writer.Frames.FirstUnclosed > before);
                Lake().Seal(writer.Frames.FirstUnclosed, long.MaxValue);
            }

            record.Response = "end"u8.ToArray();
            Assert.True(await writer.EndAsync(ticket, record));
        }

        Lake().Seal(int.MaxValue, long.MaxValue);
        Assert.Equal(4L, One(Lake(), "select count(*) from exchanges"));
        Assert.Equal("part part part end", One(Lake(), "select response from exchanges where id = 'long'"));
        Assert.Empty(Directory.GetFiles(_journal.Options.Folder));
    }

    [Fact]
    public async Task Seal_WhenSomebodyHasStillToReadAnEnd_ThenTheSegmentInWhichItsExchangeBeganStays()
    {
        long end;
        using (var writer = _journal.Writer())
        {
            var record = JournalFolder.Record("long");
            var ticket = writer.Begin(record);
            await Close(writer, "x0");
            await Close(writer, "x1");
            Assert.True(await writer.EndAsync(ticket, record)); // in the third segment
            await Close(writer, "x2");
            end = Stillwatch.Engine.Journal.Frame.Position(3, Stillwatch.Engine.Journal.Frame.SegmentHeader);
            Lake().Seal(writer.Frames.FirstUnclosed, end - 1);
            Assert.Equal([1, 2, 3, 4], Numbers()); // who reads on in the second needs the first for that end
            await Close(writer, "x3");
            Lake().Seal(writer.Frames.FirstUnclosed, end);
            Assert.Equal([1, 2, 3, 4, 5], Numbers()); // parts of it may lie in between
            using (var reader = new Stillwatch.Engine.Journal.JournalReader(_journal.Options, _journal.Vault, end) { Finished = true })
            {
                Assert.True(reader.Read(out var entry));
                Assert.Equal("long", entry.Record!.Id);
            }

            await Close(writer, "x4");
            Lake().Seal(writer.Frames.FirstUnclosed, long.MaxValue);
            Assert.Equal([6], Numbers()); // the open one
        }

        Assert.Equal(6L, One(Lake(), "select count(*) from exchanges"));

        int[] Numbers() => [.. new Stillwatch.Engine.Journal.SegmentFolder(_journal.Options).Numbers().Order()];
    }

    private static async Task Close(Stillwatch.Engine.Journal.JournalWriter writer, string id)
    {
        await JournalFolder.Write(writer, id);
        var before = writer.Frames.FirstUnclosed;
        writer.Frames.Rotate();
        await writer.Frames.SyncAsync();
        await Gateway.LiveDeployment.Until(() => writer.Frames.FirstUnclosed > before);
    }

    [Fact]
    public async Task Erase_WhenAnAccountsKeysAreDestroyed_ThenItsTextIsNullAndTheRestStands()
    {
        await Write(10);
        var lake = Lake();
        lake.Seal(int.MaxValue, long.MaxValue);
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
            Lake().Seal(int.MaxValue, long.MaxValue);
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
