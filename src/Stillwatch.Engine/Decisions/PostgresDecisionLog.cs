using Npgsql;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Decisions;

/// <summary>
/// The record of decisions in PostgreSQL, which gateways on many machines share. Rows are added, and the database itself refuses to change
/// or delete one.
/// </summary>
internal sealed class PostgresDecisionLog : IDecisionLog
{
    private const int Seconds = 5; // who waits longer for a decision does something else meanwhile

    private readonly NpgsqlConnection _database;

    /// <summary>Connects, and makes or migrates the schema.</summary>
    /// <param name="connection">How to reach it, in Npgsql's words.</param>
    public PostgresDecisionLog(string connection)
    {
        _database = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connection)
            {
                Pooling = false,
                Timeout = Seconds,
                CommandTimeout = Seconds,
            }.ToString()
        );
        try
        {
            _database.Open();
            PostgresDecisionSchema.Migrate(_database);
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
        using var command = new NpgsqlCommand(
            "SELECT number, at, by_whom, reason, body FROM stillwatch_decisions WHERE number > $1 ORDER BY number",
            _database
        );
        command.Parameters.Add(new() { Value = number });
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
        using var transaction = _database.BeginTransaction();
        try
        {
            // who is first has the lock until its rows are there: numbers have no gaps, and nobody reads a later one before an earlier
            using (var last = new NpgsqlCommand("LOCK TABLE stillwatch_decisions IN EXCLUSIVE MODE", _database, transaction))
            {
                last.ExecuteNonQuery();
                last.CommandText = "SELECT coalesce(max(number), 0) FROM stillwatch_decisions";
                if ((long)last.ExecuteScalar()! != decisions[0].Number - 1)
                {
                    return false;
                }
            }

            foreach (var decided in decisions)
            {
                using var insert = new NpgsqlCommand(
                    "INSERT INTO stillwatch_decisions(number, at, by_whom, reason, kind, body) VALUES ($1, $2, $3, $4, $5, $6)",
                    _database,
                    transaction
                );
                foreach (
                    var value in new object[]
                    {
                        decided.Number,
                        decided.At.Micros,
                        decided.By,
                        decided.Reason,
                        DecisionWords.KindOf(decided.What),
                        DecisionLine.Write(decided.What),
                    }
                )
                {
                    insert.Parameters.Add(new() { Value = value });
                }

                insert.ExecuteNonQuery();
            }

            transaction.Commit();
            return true;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool HasMore(long number)
    {
        using var command = new NpgsqlCommand("SELECT coalesce(max(number), 0) FROM stillwatch_decisions", _database);
        return (long)command.ExecuteScalar()! > number;
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();
}
