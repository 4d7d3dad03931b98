using Npgsql;

namespace Stillwatch.Engine.Decisions;

/// <summary>The schema of the record of decisions in PostgreSQL, and the steps from each version to the next and back.</summary>
internal static class PostgresDecisionSchema
{
    private static readonly (string Forward, string Back)[] Steps =
    [
        (
            """
            CREATE TABLE stillwatch_decisions(number BIGINT PRIMARY KEY, at BIGINT NOT NULL, by_whom TEXT NOT NULL, reason TEXT NOT NULL,
              kind TEXT NOT NULL, body TEXT NOT NULL);
            """,
            "DROP TABLE stillwatch_decisions;"
        ),
        (
            """
            CREATE FUNCTION stillwatch_decisions_stay() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'a decision on record is neither changed nor deleted'; END; $$;
            CREATE TRIGGER decisions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON stillwatch_decisions
              FOR EACH STATEMENT EXECUTE FUNCTION stillwatch_decisions_stay();
            """,
            "DROP TRIGGER decisions_stay ON stillwatch_decisions; DROP FUNCTION stillwatch_decisions_stay();"
        ),
    ];

    private const long LockKey = 0x5741_5443; // of this program's migrations: two that start together do not both make the tables

    /// <summary>The version that this program wants.</summary>
    public static int Latest => Steps.Length;

    /// <summary>The version that a database has; 0 where there is nothing yet.</summary>
    public static int VersionOf(NpgsqlConnection database)
    {
        Run(database, "CREATE TABLE IF NOT EXISTS stillwatch_schema(version INT NOT NULL)");
        using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM stillwatch_schema", database);
        return (int)command.ExecuteScalar()!;
    }

    /// <summary>Brings a database to <paramref name="version"/>, the latest where none is named; in one piece, or not at all.</summary>
    /// <exception cref="InvalidDataException">A later program made it.</exception>
    public static void Migrate(NpgsqlConnection database, int? version = null)
    {
        var wanted = version ?? Latest;
        using var transaction = database.BeginTransaction();
        Run(database, $"SELECT pg_advisory_xact_lock({LockKey})");
        var has = VersionOf(database);
        if (has > Latest)
        {
            throw new InvalidDataException(
                $"the record of decisions has version {has}, and this program knows {Latest}: a later one made it. Use "
                    + "that one, or go back with it first"
            );
        }

        if (has != wanted)
        {
            for (; has < wanted; has++)
            {
                Run(database, Steps[has].Forward);
            }

            for (; has > wanted; has--)
            {
                Run(database, Steps[has - 1].Back);
            }

            Run(database, $"DELETE FROM stillwatch_schema; INSERT INTO stillwatch_schema(version) VALUES ({wanted})");
        }

        transaction.Commit();
    }

    private static void Run(NpgsqlConnection database, string sql)
    {
        using var command = new NpgsqlCommand(sql, database);
        command.ExecuteNonQuery();
    }
}
