using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Stillwatch.Engine.Disk;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;

namespace Stillwatch.Engine.Vault;

/// <summary>
/// The data keys: one for each account (or end user of it) and day, random, wrapped under the master key, in a database of their own.
/// Erasing somebody is destroying their keys: what was sealed under them is noise from then on, wherever copies lie. Safe for use from many
/// threads.
/// </summary>
internal sealed class KeyVault : IDisposable
{
    private const int MostKept = 65_536,
        SharedKeys = 64;

    private readonly ConcurrentDictionary<(string Account, string EndUser, long Day), DataKey> _keys = new();
    private readonly ConcurrentDictionary<long, DataKey?> _byId = new();
    private readonly Lock _gate = new();
    private readonly NewKeyPace? _pace;
    private readonly SqliteConnection _database;
    private readonly DataKey _wrap;
    private readonly byte[] _nameKey;
    private readonly string _path;
    private volatile bool _unsynced;
    private long _version; // of the database, as others change it

    /// <summary>Opens or makes the vault at <paramref name="path"/>.</summary>
    /// <param name="path">Its database.</param>
    /// <param name="master">Wraps the keys.</param>
    /// <param name="durable">Whether it waits for the disk.</param>
    /// <param name="clock">For the pace at which an account may have keys of its end users made; null for no bound.</param>
    public KeyVault(string path, MasterKey master, bool durable, TimeProvider? clock = null)
    {
        _pace = clock == null ? null : new NewKeyPace(clock);
        _path = path;
        _wrap = new DataKey(0, master.Derive("data-keys"));
        _nameKey = master.Derive("end-users");
        _database = Database.Open(path, durable);
        Database.Run(
            _database,
            """
            CREATE TABLE IF NOT EXISTS data_keys(id INTEGER PRIMARY KEY, account TEXT NOT NULL, end_user BLOB NOT NULL,
              day INTEGER NOT NULL, wrapped BLOB NOT NULL);
            CREATE UNIQUE INDEX IF NOT EXISTS data_keys_whose ON data_keys(account, end_user, day);
            """
        );
    }

    /// <summary>Failures that are switched on, for trying out what happens then.</summary>
    public IFaults Faults { get; init; } = NoFaults.Instance;

    private bool IsGone => Faults.Has(Fault.VaultGone);

    /// <summary>The key for what <paramref name="account"/> says at <paramref name="at"/>; it is made where it is missing.</summary>
    /// <exception cref="IOException">The vault cannot be used.</exception>
    public DataKey For(string account, string? endUser, EventTime at)
    {
        var whose = (account, endUser ?? "", at.Window(EventTime.Day));
        if (!IsGone && _keys.TryGetValue(whose, out var key))
        {
            return key;
        }

        if (endUser is { Length: > 0 } && _pace != null && !_pace.MayMake(account) && !IsStored(whose))
        {
            whose.Item2 = Shared(endUser);
            return !IsGone && _keys.TryGetValue(whose, out key) ? key : Make(whose);
        }

        return Make(whose);
    }

    /// <summary>The key with number <paramref name="id"/>; null where it was destroyed.</summary>
    public DataKey? Find(long id) => _byId.TryGetValue(id, out var key) ? key : Load(id);

    /// <summary>Makes sure that the keys made so far are on the disk: the database itself does not wait for it.</summary>
    /// <returns>Whether they are.</returns>
    public bool Sync(FileCalls calls)
    {
        if (!_unsynced)
        {
            return true;
        }

        _unsynced = false;
        try
        {
            using var log = File.OpenHandle(_path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            _unsynced = calls.DataSync(log) != 0;
            return !_unsynced;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _unsynced = true;
            return false;
        }
    }

    /// <summary>Destroys the keys of an account, or of one end user of it; what they sealed cannot be read any more.</summary>
    /// <returns>How many keys there were.</returns>
    public int Destroy(string account, string? endUser)
    {
        lock (_gate)
        {
            using var command = _database.CreateCommand();
            command.CommandText =
                endUser == null
                    ? "DELETE FROM data_keys WHERE account = $account"
                    : "DELETE FROM data_keys WHERE account = $account AND (end_user = $user OR end_user = $shared)";
            command.Parameters.AddWithValue("$account", account);
            if (endUser != null)
            {
                command.Parameters.AddWithValue("$user", NameOf(endUser));
                command.Parameters.AddWithValue("$shared", NameOf(Shared(endUser))); // what may have been said while new keys came too fast
            }

            var destroyed = command.ExecuteNonQuery();
            Database.Run(_database, "PRAGMA wal_checkpoint(TRUNCATE)"); // with secure_delete on, no page of the key is left
            foreach (
                var whose in _keys.Keys.Where(whose =>
                    whose.Account == account && (endUser == null || whose.EndUser == endUser || whose.EndUser == Shared(endUser))
                )
            )
            {
                _keys.TryRemove(whose, out _);
            }

            Forget();
            return destroyed;
        }
    }

    /// <summary>
    /// Forgets what is held in memory where another process changed the vault, so that keys destroyed there are gone here too.
    /// </summary>
    public void Refresh()
    {
        lock (_gate)
        {
            using var command = _database.CreateCommand();
            command.CommandText = "PRAGMA data_version";
            var version = Convert.ToInt64(command.ExecuteScalar());
            if (version != _version)
            {
                _version = version;
                _keys.Clear();
                Forget();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>Forgets the keys that are held in memory; those that are no longer in the database are wiped.</summary>
    private void Forget()
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT 1 FROM data_keys WHERE id = $id";
        var id = command.Parameters.Add("$id", SqliteType.Integer);
        foreach (var (number, key) in _byId)
        {
            id.Value = number;
            if (key != null && command.ExecuteScalar() == null)
            {
                key.Dispose();
            }
        }

        _byId.Clear();
    }

    private DataKey Make((string Account, string EndUser, long Day) whose)
    {
        lock (_gate)
        {
            if (IsGone)
            {
                throw new IOException("the key vault is switched off (simulated)");
            }

            if (_keys.TryGetValue(whose, out var known))
            {
                return known;
            }

            try
            {
                if (_keys.Count >= MostKept || _byId.Count >= 2 * MostKept)
                {
                    _keys.Clear(); // those in use are read again
                    _byId.Clear();
                }

                var key = Stored(whose) ?? Insert(whose);
                _byId[key.Id] = key;
                return _keys[whose] = key;
            }
            catch (SqliteException fault)
            {
                throw new IOException($"the key vault cannot be used: {fault.Message}", fault);
            }
        }
    }

    private bool IsStored((string Account, string EndUser, long Day) whose)
    {
        try
        {
            lock (_gate)
            {
                using var command = _database.CreateCommand();
                command.CommandText = "SELECT 1 FROM data_keys WHERE account = $account AND end_user = $user AND day = $day";
                Bind(command, whose);
                return command.ExecuteScalar() != null;
            }
        }
        catch (SqliteException fault)
        {
            throw new IOException($"the key vault cannot be used: {fault.Message}", fault);
        }
    }

    private DataKey? Stored((string Account, string EndUser, long Day) whose)
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT id, wrapped FROM data_keys WHERE account = $account AND end_user = $user AND day = $day";
        Bind(command, whose);
        using var row = command.ExecuteReader();
        return row.Read() ? Unwrap(row.GetInt64(0), (byte[])row[1]) : null;
    }

    private DataKey Insert((string Account, string EndUser, long Day) whose)
    {
        var id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
        var bytes = RandomNumberGenerator.GetBytes(32);
        var wrapped = new byte[bytes.Length + DataKey.Overhead];
        _wrap.Seal(bytes, BitConverter.GetBytes(id), wrapped);
        using var command = _database.CreateCommand();
        command.CommandText = "INSERT INTO data_keys(id, account, end_user, day, wrapped) VALUES ($id, $account, $user, $day, $wrapped)";
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$wrapped", wrapped);
        Bind(command, whose);
        command.ExecuteNonQuery();
        _unsynced = true;
        var key = new DataKey(id, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    private DataKey? Load(long id)
    {
        try
        {
            lock (_gate)
            {
                using var command = _database.CreateCommand();
                command.CommandText = "SELECT wrapped FROM data_keys WHERE id = $id";
                command.Parameters.AddWithValue("$id", id);
                return _byId[id] = command.ExecuteScalar() is byte[] wrapped ? Unwrap(id, wrapped) : null;
            }
        }
        catch (SqliteException fault)
        {
            // costs the entry that was read, and not the watch
            throw new IOException($"the key vault cannot be used: {fault.Message}", fault);
        }
    }

    private DataKey Unwrap(long id, byte[] wrapped)
    {
        try
        {
            var bytes = _wrap.Open(wrapped, BitConverter.GetBytes(id));
            var key = new DataKey(id, bytes);
            CryptographicOperations.ZeroMemory(bytes);
            return key;
        }
        catch (CryptographicException fault)
        {
            throw new IOException("a data key does not open under this master key: it was made under another", fault);
        }
    }

    private void Bind(SqliteCommand command, (string Account, string EndUser, long Day) whose)
    {
        command.Parameters.AddWithValue("$account", whose.Account);
        command.Parameters.AddWithValue("$user", NameOf(whose.EndUser));
        command.Parameters.AddWithValue("$day", whose.Day);
    }

    /// <summary>The name under which end users share a key, one of <see cref="SharedKeys"/>.</summary>
    private string Shared(string endUser) => $"\0shared-{NameOf(endUser)[0] % SharedKeys}";

    /// <summary>End users are not named in the vault.</summary>
    private byte[] NameOf(string endUser) => endUser.Length == 0 ? [] : HMACSHA256.HashData(_nameKey, Encoding.UTF8.GetBytes(endUser));
}
