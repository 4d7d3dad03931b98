using Microsoft.Data.Sqlite;
using Stillwatch.Engine.Disk;

namespace Stillwatch.Engine.Decisions;

/// <summary>
/// The schema of the record of decisions in SQLite, and the steps from each version to the next and back. <c>PRAGMA user_version</c> says
/// which a database has.
/// </summary>
internal static class DecisionSchema
{
    private static readonly (string Forward, string Back)[] Steps =
    [
        (
            """
            CREATE TABLE decisions(number INTEGER PRIMARY KEY, at INTEGER NOT NULL, by_whom TEXT NOT NULL, reason TEXT NOT NULL,
              kind TEXT NOT NULL, body TEXT NOT NULL);
            """,
            "DROP TABLE decisions;"
        ),
        (
            """
            CREATE TRIGGER decisions_are_not_changed BEFORE UPDATE ON decisions
              BEGIN SELECT RAISE(ABORT, 'a decision on record is not changed'); END;
            CREATE TRIGGER decisions_are_not_deleted BEFORE DELETE ON decisions
              BEGIN SELECT RAISE(ABORT, 'a decision on record is not deleted'); END;
            """,
            "DROP TRIGGER decisions_are_not_changed; DROP TRIGGER decisions_are_not_deleted;"
        ),
        (
            // REPLACE deletes the row in its way, and no trigger is told of that
            """
            CREATE TRIGGER decisions_are_only_added BEFORE INSERT ON decisions
              WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM decisions)
              BEGIN SELECT RAISE(ABORT, 'a decision is added behind the last one'); END;
            """,
            "DROP TRIGGER decisions_are_only_added;"
        ),
    ];

    /// <summary>The version that this program wants.</summary>
    public static int Latest => Steps.Length;

    /// <summary>The version that a database has.</summary>
    public static int VersionOf(SqliteConnection database)
    {
        using var command = database.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (int)(long)command.ExecuteScalar()!;
    }

    /// <summary>Brings a database to <paramref name="version"/>, the latest where none is named; in one piece, or not at all.</summary>
    /// <exception cref="InvalidDataException">A later program made it.</exception>
    public static void Migrate(SqliteConnection database, int? version = null)
    {
        var wanted = version ?? Latest;
        if (VersionOf(database) == wanted)
        {
            return;
        }

        using var transaction = database.BeginTransaction(deferred: false);
        var has = VersionOf(database); // another process may have been first
        if (has > Latest)
        {
            throw new InvalidDataException(
                $"the record of decisions has version {has}, and this program knows {Latest}: a later one made it. Use "
                    + "that one, or go back with it first"
            );
        }

        for (; has < wanted; has++)
        {
            Database.Run(database, Steps[has].Forward);
        }

        for (; has > wanted; has--)
        {
            Database.Run(database, Steps[has - 1].Back);
        }

        Database.Run(database, $"PRAGMA user_version = {wanted}");
        transaction.Commit();
    }
}
