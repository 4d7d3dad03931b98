using Microsoft.Data.Sqlite;
using Stillwatch.Engine.Decisions;
using Stillwatch.Engine.Disk;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Decisions;

public sealed class DecisionSchemaTests : IDisposable
{
    private readonly LogFolder _folder = new();
    private readonly SqliteConnection _database;

    public DecisionSchemaTests() => _database = Database.Open(Path.Combine(_folder.Path, "d.db"), durable: false);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Migrate_WhenEachVersionIsReachedForthAndBack_ThenItHasTheObjectsThatItHadBefore()
    {
        List<string> forth = [Objects()];
        for (var version = 1; version <= DecisionSchema.Latest; version++)
        {
            DecisionSchema.Migrate(_database, version);
            Assert.Equal(version, DecisionSchema.VersionOf(_database));
            forth.Add(Objects());
        }

        Assert.Equal(forth.Count, forth.Distinct().Count());
        for (var version = DecisionSchema.Latest - 1; version >= 0; version--)
        {
            DecisionSchema.Migrate(_database, version);
            Assert.Equal(version, DecisionSchema.VersionOf(_database));
            Assert.Equal(forth[version], Objects());
        }
    }

    [Fact]
    public void Migrate_WhenBothVersionsHaveTheTable_ThenItsRowsAreKept()
    {
        DecisionSchema.Migrate(_database);
        Database.Run(_database, "INSERT INTO decisions VALUES (1, 5, 'ana', 'why', 'k', 'b1'), (2, 6, 'ben', '', 'k', 'b2')");
        var rows = Rows();
        for (var version = DecisionSchema.Latest - 1; version >= 1; version--)
        {
            DecisionSchema.Migrate(_database, version);
            Assert.Equal(rows, Rows());
        }

        DecisionSchema.Migrate(_database);
        Assert.Equal(rows, Rows());
        Assert.Throws<SqliteException>(() => Database.Run(_database, "DELETE FROM decisions"));
    }

    [Fact]
    public void Migrate_WhenItIsThereAlready_ThenNothingHappens()
    {
        DecisionSchema.Migrate(_database);
        var before = Objects();
        DecisionSchema.Migrate(_database);
        Assert.Equal(before, Objects());
    }

    [Fact]
    public void Migrate_WhenAStepFails_ThenTheVersionIsThatOfBefore()
    {
        Database.Run(_database, "CREATE TABLE decisions(x)"); // somebody else's
        Assert.Throws<SqliteException>(() => DecisionSchema.Migrate(_database));
        Assert.Equal(0, DecisionSchema.VersionOf(_database));
    }

    private string Objects() => Text("SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)");

    private string Rows() =>
        Text("SELECT group_concat(number || at || by_whom || reason || kind || body, ';') FROM (SELECT * FROM decisions ORDER BY number)");

    private string Text(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string ?? "";
    }
}
