using Microsoft.Data.Sqlite;
using Stillwatch.Decisions;
using Stillwatch.Engine.Disk;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Decisions;

/// <summary>
/// The record of decisions in an embedded database, which several processes of one machine may share. Rows are added, and the database
/// itself refuses to change or delete one.
/// </summary>
internal sealed class SqliteDecisionLog : IDecisionLog
{
    private readonly SqliteConnection _database;
    private long _version = -1;

    /// <summary>Opens or makes the database at <paramref name="path"/>.</summary>
    public SqliteDecisionLog(string path)
    {
        _database = Database.Open(path, durable: true);
        try
        {
            DecisionSchema.Migrate(_database);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Decided> ReadFrom(long number)
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT number, at, by_whom, reason, body FROM decisions WHERE number > $number ORDER BY number";
        command.Parameters.AddWithValue("$number", number);
        using var rows = command.ExecuteReader();
        List<Decided> decisions = [];
        while (rows.Read())
        {
            var at = rows.GetInt64(0);
            decisions.Add(
                new(at, new EventTime(rows.GetInt64(1)), rows.GetString(2), rows.GetString(3), DecisionLine.Read(at, rows.GetString(4)))
            );
        }

        return decisions;
    }

    /// <inheritdoc/>
    public bool TryAppend(IReadOnlyList<Decided> decisions)
    {
        using var transaction = _database.BeginTransaction(deferred: false);
        using (var last = _database.CreateCommand())
        {
            last.Transaction = transaction;
            last.CommandText = "SELECT coalesce(max(number), 0) FROM decisions";
            if ((long)last.ExecuteScalar()! != decisions[0].Number - 1)
            {
                return false;
            }
        }

        foreach (var decided in decisions)
        {
            using var insert = _database.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandText =
                "INSERT INTO decisions(number, at, by_whom, reason, kind, body) VALUES ($number, $at, $by, $reason, $kind, $body)";
            insert.Parameters.AddWithValue("$number", decided.Number);
            insert.Parameters.AddWithValue("$at", decided.At.Micros);
            insert.Parameters.AddWithValue("$by", decided.By);
            insert.Parameters.AddWithValue("$reason", decided.Reason);
            insert.Parameters.AddWithValue("$kind", DecisionWords.KindOf(decided.What));
            insert.Parameters.AddWithValue("$body", DecisionLine.Write(decided.What));
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
        return true;
    }

    /// <inheritdoc/>
    public bool HasMore(long number)
    {
        using var command = _database.CreateCommand();
        command.CommandText = "PRAGMA data_version"; // changes when another connection wrote
        var version = (long)command.ExecuteScalar()!;
        var changed = version != _version;
        _version = version;
        return changed;
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();
}
