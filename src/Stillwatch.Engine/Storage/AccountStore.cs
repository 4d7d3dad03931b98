using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Stillwatch.Accounts;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;

namespace Stillwatch.Engine.Storage;

/// <summary>
/// Organisations, accounts and keys, in an embedded database that the command line and the running gateway share: whoever changes it, the
/// gateway sees it within a fifth of a second, or at once where it is told, and swaps its whole directory. Safe for use from many threads.
/// </summary>
public sealed class AccountStore : IAccountDirectory, IDisposable
{
    private const int PollMilliseconds = 200;

    private readonly SqliteConnection _database;
    private readonly Lock _gate = new(),
        _refreshing = new();
    private readonly byte[] _pepper;
    private readonly TimeProvider _clock;
    private readonly ITimer? _poll;
    private volatile AccountDirectory _current;
    private IReadOnlyDictionary<string, Tier> _tiers = new Dictionary<string, Tier>(StringComparer.Ordinal);
    private long _version = -1;
    private long _answered;

    /// <summary>Opens or makes the store.</summary>
    /// <param name="path">The database.</param>
    /// <param name="master">The pepper of keys is derived from it.</param>
    /// <param name="clock">The present.</param>
    /// <param name="follow">Whether changes by others are looked for.</param>
    public AccountStore(string path, MasterKey master, TimeProvider clock, bool follow = false)
    {
        _pepper = master.Derive("api-keys");
        _clock = clock;
        _current = new AccountDirectory([], _pepper);
        _database = Database.Open(path, durable: true);
        Database.Run(
            _database,
            """
            CREATE TABLE IF NOT EXISTS accounts(name TEXT PRIMARY KEY, organisation TEXT, tier TEXT, created TEXT, email_domain TEXT,
              country TEXT, payment TEXT, verified INTEGER NOT NULL DEFAULT 0, suspended INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS keys(id TEXT PRIMARY KEY, hash BLOB NOT NULL, created TEXT NOT NULL, expires TEXT, revoked TEXT,
              account TEXT NOT NULL REFERENCES accounts(name) ON DELETE CASCADE) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS key_addresses(id TEXT PRIMARY KEY REFERENCES keys(id) ON DELETE CASCADE,
              networks TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS spend(subject TEXT NOT NULL, day INTEGER NOT NULL, micros INTEGER NOT NULL,
              PRIMARY KEY(subject, day)) WITHOUT ROWID;
            """
        );
        Reload();
        if (follow)
        {
            _poll = clock.CreateTimer(
                _ => Refresh(),
                null,
                TimeSpan.FromMilliseconds(PollMilliseconds),
                TimeSpan.FromMilliseconds(PollMilliseconds)
            );
        }
    }

    /// <summary>Told after the accounts changed.</summary>
    public Action? Changed { get; set; }

    /// <summary>Failures that are switched on, for trying out what happens then.</summary>
    public IFaults Faults { get; init; } = NoFaults.Instance;

    /// <inheritdoc/>
    public AccountDirectory Current => _current;

    /// <inheritdoc/>
    public double SecondsSinceAnswer => _clock.GetElapsedTime(Volatile.Read(ref _answered)).TotalSeconds;

    /// <summary>The tiers by name; accounts are put into them anew.</summary>
    public IReadOnlyDictionary<string, Tier> Tiers
    {
        get => _tiers;
        set
        {
            _tiers = value;
            Reload();
        }
    }

    /// <summary>Makes a key for <paramref name="account"/>, and the account where it is missing.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="organisation">The account's organisation; null to leave it as it is.</param>
    /// <param name="tier">The account's tier; null to leave it as it is.</param>
    /// <param name="environment">Letters and digits that the key shows.</param>
    /// <param name="expires">From when on it is refused; null for never.</param>
    /// <param name="addresses">Networks from which it is taken; none for all.</param>
    /// <returns>The key: shown once and never again.</returns>
    public string CreateKey(
        string account,
        string? organisation,
        string? tier,
        string environment,
        DateTimeOffset? expires,
        IReadOnlyList<IPNetwork>? addresses = null
    )
    {
        string key;
        lock (_gate)
        {
            using var transaction = _database.BeginTransaction();
            key = Insert(account, organisation, tier, environment, expires, Now());
            if (addresses is { Count: > 0 })
            {
                Run(
                    "INSERT INTO key_addresses(id, networks) VALUES ($id, $networks)",
                    ("$id", ApiKey.IdOf(key)),
                    ("$networks", string.Join(' ', addresses))
                );
            }

            transaction.Commit();
        }

        Reload();
        return key;
    }

    /// <summary>
    /// Makes a key for each of many accounts at once, and the accounts where they are missing: of those nobody knows when they were made.
    /// </summary>
    /// <returns>The keys by account.</returns>
    public Dictionary<string, string> CreateKeys(IEnumerable<string> accounts, string environment, DateTimeOffset? expires)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        lock (_gate)
        {
            using var transaction = _database.BeginTransaction();
            foreach (var account in accounts)
            {
                keys[account] = Insert(account, null, null, environment, expires, created: null);
            }

            transaction.Commit();
        }

        Reload();
        return keys;
    }

    /// <summary>Takes a key back: it is refused from now on.</summary>
    /// <returns>Whether there was such a key.</returns>
    public bool Revoke(string id)
    {
        int changed;
        lock (_gate)
        {
            changed = Run("UPDATE keys SET revoked = coalesce(revoked, $now) WHERE id = $id", ("$id", id), ("$now", Now()));
        }

        Reload();
        return changed > 0;
    }

    /// <summary>
    /// Makes another key for the account of key <paramref name="id"/>; the old one is refused after <paramref name="overlap"/>.
    /// </summary>
    /// <returns>The new key; null where there is no such key, or it was revoked.</returns>
    public string? Rotate(string id, string environment, TimeSpan overlap)
    {
        var row = Keys().FirstOrDefault(key => key.Id == id);
        var now = _clock.GetUtcNow();
        DateTimeOffset? expires = row?.Expires is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
        if (row == null || row.Revoked != null || expires <= now)
        {
            return null;
        }

        // what was to end at a time still does, and what was taken from somewhere only
        var key = CreateKey(row.Account, null, null, environment, expires, Networks(row.Addresses));
        lock (_gate)
        {
            Run(
                "UPDATE keys SET expires = $end WHERE id = $id AND (expires IS NULL OR expires > $end)",
                ("$id", id),
                ("$end", Text(now + overlap))
            );
        }

        Reload();
        return key;
    }

    /// <summary>All keys, by account and time.</summary>
    public IReadOnlyList<KeyRow> Keys()
    {
        lock (_gate)
        {
            using var command = _database.CreateCommand();
            command.CommandText =
                "SELECT keys.id, account, created, expires, revoked, networks FROM keys LEFT JOIN key_addresses ON keys.id = "
                + "key_addresses.id ORDER BY account, created, keys.id";
            using var rows = command.ExecuteReader();
            List<KeyRow> keys = [];
            while (rows.Read())
            {
                keys.Add(new(rows.GetString(0), rows.GetString(1), rows.GetString(2), Text(rows, 3), Text(rows, 4), Text(rows, 5)));
            }

            return keys;
        }
    }

    /// <summary>Adds accounts and updates what is said of them; what a row leaves out stays as it is.</summary>
    public void Import(IEnumerable<AccountRow> accounts)
    {
        lock (_gate)
        {
            using var transaction = _database.BeginTransaction();
            foreach (var account in accounts)
            {
                Run(
                    """
                    INSERT INTO accounts(name, organisation, tier, created, email_domain, country, payment, verified)
                    VALUES ($name, $organisation, $tier, $created, $email, $country, $payment, $verified)
                    ON CONFLICT(name) DO UPDATE SET organisation = coalesce($organisation, organisation),
                      tier = coalesce($tier, tier), created = coalesce($created, created),
                      email_domain = coalesce($email, email_domain), country = coalesce($country, country),
                      payment = coalesce($payment, payment), verified = max(verified, $verified)
                    """,
                    ("$name", account.Name),
                    ("$organisation", account.Organisation),
                    ("$tier", account.Tier),
                    ("$created", account.Created),
                    ("$email", account.EmailDomain),
                    ("$country", account.Country),
                    ("$payment", account.Payment),
                    ("$verified", account.Verified ? 1 : 0)
                );
            }

            transaction.Commit();
        }

        Reload();
    }

    /// <summary>Suspends an account, or lets it go on.</summary>
    /// <returns>Whether there is such an account.</returns>
    public bool Suspend(string account, bool suspended)
    {
        int changed;
        lock (_gate)
        {
            changed = Run(
                "UPDATE accounts SET suspended = $suspended WHERE name = $name",
                ("$name", account),
                ("$suspended", suspended ? 1 : 0)
            );
        }

        Reload();
        return changed > 0;
    }

    /// <summary>Forgets an account and its keys.</summary>
    public void Erase(string account)
    {
        lock (_gate)
        {
            Run("DELETE FROM accounts WHERE name = $name", ("$name", account));
            Database.Run(_database, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Reload();
    }

    /// <summary>All accounts, by name.</summary>
    public IReadOnlyList<AccountRow> Accounts()
    {
        lock (_gate)
        {
            using var command = _database.CreateCommand();
            command.CommandText =
                "SELECT name, organisation, tier, created, email_domain, country, payment, verified, suspended FROM accounts ORDER BY name";
            using var rows = command.ExecuteReader();
            List<AccountRow> accounts = [];
            while (rows.Read())
            {
                accounts.Add(
                    new(rows.GetString(0))
                    {
                        Organisation = Text(rows, 1),
                        Tier = Text(rows, 2),
                        Created = Text(rows, 3),
                        EmailDomain = Text(rows, 4),
                        Country = Text(rows, 5),
                        Payment = Text(rows, 6),
                        Verified = rows.GetInt64(7) != 0,
                        Suspended = rows.GetInt64(8) != 0,
                    }
                );
            }

            return accounts;
        }
    }

    /// <summary>
    /// What subjects have spent, in millionths: on <paramref name="day"/> (days since the epoch), and on the days before it.
    /// </summary>
    /// <param name="day">The day.</param>
    /// <param name="before">How many days before it are added up.</param>
    public IReadOnlyList<(string Subject, long Today, long Before)> Spend(long day, int before = 0)
    {
        lock (_gate)
        {
            using var command = _database.CreateCommand();
            command.CommandText =
                "SELECT subject, sum(CASE day WHEN $day THEN micros ELSE 0 END), sum(CASE day WHEN $day THEN 0 ELSE micros END) FROM "
                + "spend WHERE day BETWEEN $from AND $day GROUP BY subject";
            command.Parameters.AddWithValue("$day", day);
            command.Parameters.AddWithValue("$from", day - before);
            using var rows = command.ExecuteReader();
            List<(string, long, long)> spend = [];
            while (rows.Read())
            {
                spend.Add((rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2)));
            }

            return spend;
        }
    }

    /// <summary>Keeps what subjects have spent on <paramref name="day"/>.</summary>
    public void SaveSpend(long day, IEnumerable<KeyValuePair<string, long>> spend)
    {
        lock (_gate)
        {
            using var transaction = _database.BeginTransaction();
            foreach (var (subject, micros) in spend)
            {
                Run(
                    "INSERT INTO spend(subject, day, micros) VALUES ($subject, $day, $micros) ON CONFLICT(subject, day) DO UPDATE SET "
                        + "micros = max(micros, $micros)",
                    ("$subject", subject),
                    ("$day", day),
                    ("$micros", micros)
                );
            }

            transaction.Commit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _poll?.Dispose();
        lock (_gate)
        {
            _database.Dispose();
        }
    }

    private string Insert(string account, string? organisation, string? tier, string environment, DateTimeOffset? expires, string? created)
    {
        var key = ApiKey.Make(environment, out var id);
        var hash = new byte[ApiKey.HashLength];
        ApiKey.Hash(_pepper, key, hash);
        Run(
            """
            INSERT INTO accounts(name, organisation, tier, created) VALUES ($name, $organisation, $tier, $created)
            ON CONFLICT(name) DO UPDATE SET organisation = coalesce($organisation, organisation), tier = coalesce($tier, tier)
            """,
            ("$name", account),
            ("$organisation", organisation),
            ("$tier", tier),
            ("$created", created)
        );
        Run(
            "INSERT INTO keys(id, hash, account, created, expires) VALUES ($id, $hash, $account, $now, $expires)",
            ("$id", id),
            ("$hash", hash),
            ("$account", account),
            ("$now", Now()),
            ("$expires", expires is { } end ? Text(end) : null)
        );
        return key;
    }

    /// <summary>Looks for what others changed. What they changed before is in force when it returns.</summary>
    /// <returns>Whether the store answered; the last directory stays in force where it did not, and <see cref="SecondsSinceAnswer"/> tells
    /// how old it is.</returns>
    public bool Refresh()
    {
        if (Faults.Has(Fault.StoreGone))
        {
            return false;
        }

        try
        {
            lock (_refreshing) // who comes second waits until what the first one found is in force
            {
                lock (_gate)
                {
                    using var command = _database.CreateCommand();
                    command.CommandText = "PRAGMA data_version";
                    var version = (long)command.ExecuteScalar()!;
                    Volatile.Write(ref _answered, _clock.GetTimestamp());
                    if (version == _version)
                    {
                        return true;
                    }

                    _version = version;
                }

                Reload();
            }

            return true;
        }
        catch (Exception fault) when (fault is SqliteException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads all anew. One at a time: what was read earlier must not take the place of what was read later.</summary>
    private void Reload()
    {
        lock (_refreshing)
        {
            var accounts = Accounts()
                .ToDictionary(
                    row => row.Name,
                    row => new AccountEntry(row.Name, row.Organisation, TierOf(row.Tier), row.Suspended),
                    StringComparer.Ordinal
                );
            List<KeyEntry> keys = [];
            lock (_gate)
            {
                using var command = _database.CreateCommand();
                command.CommandText =
                    "SELECT keys.id, hash, account, expires, revoked, networks FROM keys LEFT JOIN key_addresses ON keys.id = "
                    + "key_addresses.id";
                using var rows = command.ExecuteReader();
                while (rows.Read())
                {
                    if (accounts.TryGetValue(rows.GetString(2), out var account))
                    {
                        EventTime? expires =
                            Text(rows, 3) is { } end && Rfc3339.TryParse(Encoding.ASCII.GetBytes(end), out var at) ? at : null;
                        keys.Add(
                            new(rows.GetString(0), (byte[])rows[1], account, expires, Text(rows, 4) != null)
                            {
                                Addresses = Networks(Text(rows, 5)),
                            }
                        );
                    }
                }

                Volatile.Write(ref _answered, _clock.GetTimestamp());
            }

            _current = new AccountDirectory(keys, _pepper);
        }

        Changed?.Invoke();
    }

    private static List<IPNetwork> Networks(string? text) => text == null ? [] : [.. text.Split(' ').Select(IPNetwork.Parse)];

    /// <summary>
    /// Accounts come with tiers of the provider's own, most of which mean nothing here: such are in the default one, and /status names
    /// them.
    /// </summary>
    private Tier TierOf(string? name) =>
        _tiers.GetValueOrDefault(name ?? Tier.Default) ?? _tiers.GetValueOrDefault(Tier.Default) ?? new Tier(Tier.Default);

    private string Now() => Text(_clock.GetUtcNow());

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private int Run(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command.ExecuteNonQuery();
    }
}
