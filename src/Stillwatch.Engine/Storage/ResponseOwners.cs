using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Stillwatch.Engine.Disk;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Storage;

/// <summary>
/// Whose responses are, by a hash of their ids and of the account's name, in an embedded database. What is new is in memory at once and in
/// the database a moment later, many in one transaction; kept for as long as servers keep responses. Safe for use from many threads.
/// </summary>
public sealed class ResponseOwners : IResponseOwners, IDisposable
{
    /// <summary>Days after which an owner is forgotten: OpenAI keeps responses for 30.</summary>
    public const int Days = 35;

    private const int MostInMemory = 200_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<UInt128, byte> _new = new();
    private readonly Lock _gate = new();
    private readonly SqliteConnection _database;
    private readonly TimeProvider _clock;
    private readonly ITimer _saves;

    /// <summary>Opens or makes the database at <paramref name="path"/>.</summary>
    public ResponseOwners(string path, TimeProvider clock)
    {
        _clock = clock;
        _database = Database.Open(path, durable: false);
        Database.Run(
            _database,
            $"""
            CREATE TABLE IF NOT EXISTS owners(pair BLOB PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
            DELETE FROM owners WHERE day < {Day - Days};
            """
        );
        _saves = clock.CreateTimer(_ => Save(), null, Pause, Pause);
    }

    /// <summary>Notes that <paramref name="account"/> was handed the response <paramref name="id"/>.</summary>
    public void Add(string id, string account)
    {
        if (_new.Count < MostInMemory)
        {
            _new[Pair(id, account)] = 0;
        }
    }

    /// <summary>
    /// Whether <paramref name="account"/> was handed the response <paramref name="id"/>; false where the database does not answer.
    /// </summary>
    public bool IsOwner(string id, string account)
    {
        var pair = Pair(id, account);
        if (_new.ContainsKey(pair))
        {
            return true;
        }

        try
        {
            lock (_gate)
            {
                using var command = _database.CreateCommand();
                command.CommandText = "SELECT 1 FROM owners WHERE pair = $pair";
                command.Parameters.AddWithValue("$pair", Bytes(pair));
                return command.ExecuteScalar() != null;
            }
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _saves.Dispose();
        Save();
        lock (_gate)
        {
            _database.Dispose();
        }
    }

    private long Day => _clock.GetUtcNow().ToUnixTimeSeconds() / 86400;

    private void Save()
    {
        var pairs = _new.Keys.ToList();
        if (pairs.Count == 0)
        {
            return;
        }

        try
        {
            lock (_gate)
            {
                using var transaction = _database.BeginTransaction();
                using var command = _database.CreateCommand();
                command.CommandText = "INSERT OR IGNORE INTO owners(pair, day) VALUES ($pair, $day)";
                command.Parameters.AddWithValue("$day", Day);
                var value = command.Parameters.Add("$pair", SqliteType.Blob);
                foreach (var pair in pairs)
                {
                    value.Value = Bytes(pair);
                    command.ExecuteNonQuery();
                }

                transaction.Commit();
            }
        }
        catch (Exception fault) when (fault is SqliteException or ObjectDisposedException or InvalidOperationException)
        {
            return; // they stay in memory, and are tried again
        }

        foreach (var pair in pairs)
        {
            _new.TryRemove(pair, out _);
        }
    }

    private static UInt128 Pair(string id, string account) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}\0{id}")));

    private static byte[] Bytes(UInt128 pair)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, pair);
        return bytes;
    }
}
