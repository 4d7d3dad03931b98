using System.Collections.Concurrent;

namespace Stillwatch.Engine.Vault;

/// <summary>
/// How fast an account may have keys made for end users that were not seen before: a name costs its sender nothing, and a key costs a row
/// and a lock that all share.
/// <see cref="Burst"/> at once and <see cref="PerSecond"/> a second from then on; beyond that end users share keys. Safe for use from many
/// threads.
/// </summary>
internal sealed class NewKeyPace(TimeProvider clock)
{
    /// <summary>Keys that an account may have made at once.</summary>
    public const int Burst = 2_000;

    /// <summary>Keys a second from then on.</summary>
    public const int PerSecond = 50;

    private const int MostAccounts = 100_000;

    private readonly ConcurrentDictionary<string, (double Used, long At)> _accounts = new(StringComparer.Ordinal);

    /// <summary>Whether one more may be made for <paramref name="account"/> now; if so it is counted.</summary>
    public bool MayMake(string account)
    {
        if (_accounts.Count > MostAccounts)
        {
            _accounts.Clear();
        }

        var now = clock.GetTimestamp();
        var may = false;
        _accounts.AddOrUpdate(
            account,
            _ => (Take(0, ref may), now),
            (_, before) => (Take(Math.Max(0, before.Used - clock.GetElapsedTime(before.At, now).TotalSeconds * PerSecond), ref may), now)
        );
        return may;
    }

    private static double Take(double used, ref bool may)
    {
        may = used + 1 <= Burst;
        return may ? used + 1 : used;
    }
}
