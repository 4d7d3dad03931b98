using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Lake;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>One exchange is sealed under one key, and an exchange that cannot be read costs itself and nothing else.</summary>
public sealed class SealingKeyTests : IDisposable
{
    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task End_WhenTheEndUserGetsAKeyOfItsOwnMeanwhile_ThenTheExchangeIsReadableAllTheSame()
    {
        var clock = new SteppedClock();
        using var vault = new KeyVault(Path.Combine(_journal.Path, "paced.db"), new MasterKey(new byte[32]), durable: false, clock);
        for (var i = 0; i < NewKeyPace.Burst; i++)
        {
            vault.For("a", $"made up {i}", At); // from now on its end users share keys
        }

        var record = Record("x", user: "late");
        using (var writer = new JournalWriter(_journal.Options, vault, clock))
        {
            var ticket = writer.Begin(record);
            clock.Advance(TimeSpan.FromSeconds(60));
            vault.For("a", "late", At); // another request of the same end user: now it has its own
            ticket = writer.Append(ticket, record, "part of the answer"u8);
            Assert.True(await writer.EndAsync(ticket, record));
        }

        using var reader = new JournalReader(_journal.Options, vault) { Finished = true };
        Assert.True(reader.Read(out var entry));
        Assert.Equal("part of the answer{}", System.Text.Encoding.UTF8.GetString(entry.Record!.Response.Span));
    }

    [Fact]
    public async Task Seal_WhenOneExchangeCannotBeRead_ThenAllOthersAreSealedAndItIsCounted()
    {
        using (var writer = _journal.Writer())
        {
            await Write(writer, Record("before"));
            var odd = Record("odd");
            var ticket = writer.Begin(odd);
            odd.Journaled = new DataKey(77, RandomNumberGenerator.GetBytes(32)); // as a build before this one could do
            Assert.True(await writer.EndAsync(ticket, odd));
            await Write(writer, Record("after"));
            writer.Frames.Rotate();
            Assert.True(await writer.Frames.SyncAsync());
            var lake = new ExchangeLake(Path.Combine(_journal.Path, "lake"), _journal.Options, _journal.Vault);
            Assert.Equal((2, 1), (lake.Seal(writer.Frames.FirstUnclosed, needed: 0), lake.Unreadable));
        }

        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        List<string> read = [];
        var passedOver = 0;
        while (reader.ReadOn(out var entry, _ => passedOver++))
        {
            read.Add(entry.Record!.Id);
        }

        Assert.Equal(["before", "after"], read);
        Assert.Equal(1, passedOver);
    }

    [Fact]
    public async Task End_WhenTheKeyWasDestroyedMeanwhile_ThenTheExchangeIsOnRecordWithoutItsText()
    {
        using (var writer = _journal.Writer())
        {
            var record = Record("x");
            var ticket = writer.Begin(record);
            _journal.Vault.Destroy("a", null);
            Assert.True(await writer.EndAsync(ticket, record));
        }

        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        Assert.True(reader.Read(out var entry));
        Assert.Equal(("x", 0, 0), (entry.Record!.Id, entry.Record.Request.Length, entry.Record.Response.Length));
    }

    [Fact]
    public void Find_WhenTheDatabaseFails_ThenItIsAFaultOfOneEntry()
    {
        using (var other = new SqliteConnection($"Data Source={Path.Combine(_journal.Path, "vault.db")}"))
        {
            other.Open();
            using var drop = other.CreateCommand();
            drop.CommandText = "DROP TABLE data_keys";
            drop.ExecuteNonQuery();
        }

        Assert.True(JournalReader.IsOfOneEntry(Assert.Throws<IOException>(() => _journal.Vault.Find(12345))));
    }

    private static EventTime At => new(1_772_409_600L * EventTime.Second);

    private static async Task Write(JournalWriter writer, ExchangeRecord record) =>
        Assert.True(await writer.EndAsync(writer.Begin(record), record));

    private static ExchangeRecord Record(string id, string? user = null) =>
        new()
        {
            Id = id,
            At = At,
            Account = "a",
            EndUser = user,
            Endpoint = "/v1/chat/completions",
            Dialect = Dialect.Chat,
            Model = "m",
            Status = 200,
            Request = """{"model":"m","messages":[]}"""u8.ToArray(),
            Response = "{}"u8.ToArray(),
        };
}
