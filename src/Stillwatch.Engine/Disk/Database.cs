using Microsoft.Data.Sqlite;

namespace Stillwatch.Engine.Disk;

/// <summary>Opens the embedded databases, all alike: write-ahead log, waiting for a busy writer, deleted rows overwritten.</summary>
internal static class Database
{
    /// <summary>Opens or makes the database at <paramref name="path"/>.</summary>
    public static SqliteConnection Open(string path, bool durable)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = 10,
            }.ToString()
        );
        connection.Open();
        Run(
            connection,
            $"PRAGMA journal_mode=WAL; PRAGMA synchronous={(durable ? "FULL" : "NORMAL")}; PRAGMA busy_timeout=10000; PRAGMA "
                + $"secure_delete=ON; PRAGMA foreign_keys=ON;"
        );
        return connection;
    }

    /// <summary>Runs statements that give nothing back.</summary>
    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
