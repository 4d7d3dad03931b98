using Microsoft.Data.Sqlite;
using Stillwatch.Cases;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Tests.Countermeasures;
using Stillwatch.Tests.Logs;
using Xunit;
using Sql = Stillwatch.Engine.Disk.Database;

namespace Stillwatch.Tests.Engine.Decisions;

public sealed class SqliteDecisionLogTests : IDisposable
{
    private readonly LogFolder _folder = new();

    private string Database => Path.Combine(_folder.Path, "decisions.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryAppend_WhenDecisionsWereAppended_ThenTheyAreReadAsTheyWere()
    {
        using (var log = new SqliteDecisionLog(Database))
        {
            Assert.Empty(log.ReadFrom(0));
            Assert.True(log.TryAppend([Note(1), Note(2, "\0 “ 𝄞 ' ; DROP TABLE decisions")]));
            Assert.True(log.TryAppend([Note(3)]));
        }

        using var again = new SqliteDecisionLog(Database);
        Assert.Equal([Note(1), Note(2, "\0 “ 𝄞 ' ; DROP TABLE decisions"), Note(3)], again.ReadFrom(0));
        Assert.Equal([Note(3)], again.ReadFrom(2));
        Assert.Empty(again.ReadFrom(3));
    }

    [Fact]
    public void TryAppend_WhenTheNumberIsNotTheNext_ThenNothingIsWritten()
    {
        using var log = new SqliteDecisionLog(Database);
        Assert.False(log.TryAppend([Note(2)]));
        Assert.True(log.TryAppend([Note(1)]));
        Assert.False(log.TryAppend([Note(1)]));
        Assert.False(log.TryAppend([Note(3)]));
        Assert.Single(log.ReadFrom(0));
    }

    [Fact]
    public void TryAppend_WhenOneOfSeveralCannotBeWritten_ThenNoneIs()
    {
        using var log = new SqliteDecisionLog(Database);
        Assert.Throws<SqliteException>(() => log.TryAppend([Note(1), Note(1)]));
        Assert.Empty(log.ReadFrom(0));
        Assert.True(log.TryAppend([Note(1)]));
    }

    [Theory]
    [InlineData("UPDATE decisions SET reason = 'x'")]
    [InlineData("UPDATE decisions SET number = 9 WHERE number = 1")]
    [InlineData("DELETE FROM decisions")]
    [InlineData("DELETE FROM decisions WHERE number = 2")]
    [InlineData("INSERT OR REPLACE INTO decisions VALUES (1, 0, 'eve', '', 'case_reopened', '{}')")]
    [InlineData("REPLACE INTO decisions VALUES (2, 0, 'eve', '', 'case_reopened', '{}')")]
    [InlineData("INSERT INTO decisions VALUES (9, 0, 'eve', '', 'case_reopened', '{}')")]
    public void Database_WhenARowWouldBeChangedOrDeleted_ThenItRefuses(string sql)
    {
        using var log = new SqliteDecisionLog(Database);
        log.TryAppend([Note(1), Note(2)]);
        using var other = Open();
        var fault = Assert.Throws<SqliteException>(() => Sql.Run(other, sql));
        Assert.Contains("decision", fault.Message, StringComparison.Ordinal);
        Assert.Equal([Note(1), Note(2)], log.ReadFrom(0));
    }

    [Fact]
    public async Task TryAppend_WhenSeveralConnectionsAppendAtOnce_ThenNoNumberIsLostOrTwice()
    {
        const int Writers = 3,
            Each = 40;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Append(writer, Each))));
        using var log = new SqliteDecisionLog(Database);
        var all = log.ReadFrom(0);
        Assert.Equal(Enumerable.Range(1, Writers * Each).Select(number => (long)number), all.Select(one => one.Number));
        Assert.Equal(Writers * Each, all.Select(one => (one.By, ((Decision.CaseNoted)one.What).Text)).Distinct().Count());
    }

    [Fact]
    public void HasMore_WhenAnotherConnectionWrote_ThenItSaysSoOnce()
    {
        using var log = new SqliteDecisionLog(Database);
        using var other = new SqliteDecisionLog(Database);
        log.HasMore(0);
        Assert.False(log.HasMore(0));
        other.TryAppend([Note(1)]);
        Assert.True(log.HasMore(0));
        Assert.False(log.HasMore(1));
    }

    [Fact]
    public void Open_WhenALaterProgramMadeIt_ThenItSaysSoAndChangesNothing()
    {
        using (var log = new SqliteDecisionLog(Database))
        {
            log.TryAppend([Note(1)]);
        }

        using (var database = Open())
        {
            Sql.Run(database, "PRAGMA user_version = 99");
        }

        var fault = Assert.Throws<InvalidDataException>(() => new SqliteDecisionLog(Database));
        Assert.Contains("version 99", fault.Message, StringComparison.Ordinal);
        Assert.Contains("a later one made it", fault.Message, StringComparison.Ordinal);
        using var after = Open();
        Assert.Equal(99, DecisionSchema.VersionOf(after));
    }

    [Theory]
    [InlineData("""{"kind":"case_sold","case":"case-00000001"}""")]
    [InlineData("""{"kind":"case_reopened","case":"case-00000001","price":5}""")]
    public void ReadFrom_WhenALaterProgramWroteOne_ThenItsNumberIsTold(string body)
    {
        using var log = new SqliteDecisionLog(Database);
        using var other = Open();
        Sql.Run(other, $"INSERT INTO decisions VALUES (1, 0, 'ana', '', 'x', '{body}')");
        var fault = Assert.Throws<InvalidDataException>(() => log.ReadFrom(0));
        Assert.StartsWith("decision 1 cannot be read", fault.Message, StringComparison.Ordinal);
        Assert.Contains("a later version", fault.Message, StringComparison.Ordinal);
    }

    private void Append(int writer, int count)
    {
        using var log = new SqliteDecisionLog(Database);
        for (var i = 0; i < count; )
        {
            var next = log.ReadFrom(0).Count + 1;
            i += log.TryAppend([Note(next, $"{i}") with { By = $"writer{writer}" }]) ? 1 : 0;
        }
    }

    private SqliteConnection Open() => Sql.Open(Database, durable: false);

    private static Decided Note(long number, string text = "note") =>
        new(number, AMeasure.Day(number), "ana", "why", new Decision.CaseNoted(CaseId.Of(1), text));
}
