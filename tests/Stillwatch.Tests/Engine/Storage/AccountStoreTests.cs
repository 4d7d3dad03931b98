using System.Net;
using Stillwatch.Accounts;
using Stillwatch.App.Configuration;
using Stillwatch.Engine.Storage;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;
using Stillwatch.Reports;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Storage;

public sealed class AccountStoreTests : IDisposable
{
    private readonly LogFolder _folder = new();

    private static EventTime Now => At(SystemClock.Instance.GetUtcNow());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rotate_WhenAKeyWasToExpire_ThenTheNewOneExpiresThenToo()
    {
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        using var store = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: false);
        var expires = SystemClock.Instance.GetUtcNow().AddHours(9);
        store.CreateKey("a", null, null, "test", expires);
        var before = Assert.Single(store.Keys());
        Assert.NotNull(store.Rotate(before.Id, "test", TimeSpan.FromHours(1)));
        var after = Assert.Single(store.Keys(), key => key.Id != before.Id);
        Assert.Equal(before.Expires, after.Expires);
        Assert.True(string.CompareOrdinal(store.Keys().Single(key => key.Id == before.Id).Expires, after.Expires) < 0);
    }

    /// <summary>
    /// Whoever reads all anew because another process wrote must not put an earlier state in the place of a later one: a key was refused
    /// right after it was made.
    /// </summary>
    [Fact]
    public async Task CreateKey_WhenOthersChangeTheStoreMeanwhile_ThenTheKeyIsKnownFromThenOn()
    {
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        using var store = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: false);
        using var other = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: false);
        store.CreateKeys(Enumerable.Range(0, 2_000).Select(i => $"a{i}"), "test", null); // reading takes its time
        using var stop = new CancellationTokenSource();
        var refreshing = Task.Run(
            () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    other.SaveSpend(i, [new("key:x", i)]);
                    store.Refresh();
                }
            },
            TestContext.Current.CancellationToken
        );
        for (var i = 0; i < 40; i++)
        {
            var key = store.CreateKey("b", null, null, "test", null);
            for (var looks = 0; looks < 200; looks++)
            {
                Assert.Equal(Stillwatch.Accounts.Identity.Known, store.Current.Find(key, default, out _));
            }
        }

        await stop.CancelAsync();
        await refreshing;
    }

    [Fact]
    public void Spend_WhenAMonthIsAskedFor_ThenTodayAndTheDaysBeforeAreApart_AndWhatIsSavedNeverShrinks()
    {
        using var store = Open();
        store.SaveSpend(100, [KeyValuePair.Create("account:a", 5L)]);
        store.SaveSpend(101, [KeyValuePair.Create("account:a", 7L), KeyValuePair.Create("account:b", 1L)]);
        store.SaveSpend(99, [KeyValuePair.Create("account:a", 1000L)]);
        store.SaveSpend(101, [KeyValuePair.Create("account:a", 6L)]); // said before, and late
        Assert.Equal([("account:a", 7, 5), ("account:b", 1, 0)], store.Spend(101, before: 1).Order());
        Assert.Equal([("account:a", 7, 0), ("account:b", 1, 0)], store.Spend(101).Order());
    }

    [Fact]
    public void Current_WhenAnythingOfAKeyOrItsAccountChanges_ThenItIsInForceAtOnce()
    {
        using var store = Open();
        var (key, revoked) = (store.CreateKey("a", "org", "gold", "test", null), store.CreateKey("a", null, null, "test", null));
        Assert.Equal(Identity.Known, store.Current.Find(key, Now, out var entry));
        // no tier 'gold' is there yet
        Assert.Equal(("a", "org", Tier.Default), (entry.Account.Name, entry.Account.Organisation, entry.Account.Tier.Name));
        store.Tiers = new Dictionary<string, Tier>(StringComparer.Ordinal) { ["gold"] = new("gold"), [Tier.Default] = new(Tier.Default) };
        store.Current.Find(key, Now, out entry);
        Assert.Equal("gold", entry.Account.Tier.Name);
        Assert.True(store.Revoke(ApiKey.IdOf(revoked)!));
        Assert.Equal((Identity.Revoked, Identity.Known), (store.Current.Find(revoked, Now, out _), store.Current.Find(key, Now, out _)));
        Assert.True(store.Suspend("a", suspended: true));
        Assert.Equal(Identity.Suspended, store.Current.Find(key, Now, out _));
        Assert.True(store.Suspend("a", suspended: false));
        Assert.Equal(Identity.Known, store.Current.Find(key, Now, out _));
        store.Erase("a");
        Assert.Equal(Identity.Unknown, store.Current.Find(key, Now, out _));
        Assert.Empty(store.Keys());
        Assert.Empty(store.Accounts());
        Assert.False(store.Suspend("a", suspended: true) || store.Revoke("ABCDEFGH"));
    }

    [Fact]
    public void CreateKey_WhenItExpiresOrIsBoundToAddresses_ThenThatIsKept()
    {
        using var store = Open();
        var end = SystemClock.Instance.GetUtcNow().AddHours(1);
        IReadOnlyList<IPNetwork> networks = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32")];
        var key = store.CreateKey("a", null, null, "test", end, networks);
        Assert.Equal(Identity.Known, store.Current.Find(key, At(end.AddSeconds(-1)), out var entry));
        Assert.Equal(networks, entry.Addresses);
        Assert.Equal(Identity.Expired, store.Current.Find(key, At(end.AddSeconds(1)), out _));
        var rotated = store.Rotate(ApiKey.IdOf(key)!, "test", TimeSpan.FromMinutes(1))!;
        store.Current.Find(rotated, Now, out entry);
        Assert.Equal(networks, entry.Addresses); // what was taken from somewhere only still is
        Assert.All(store.Keys(), row => Assert.Equal("10.0.0.0/8 2001:db8::/32", row.Addresses));
        Assert.Null(store.Rotate("ABCDEFGH", "test", TimeSpan.Zero));
    }

    [Fact]
    public void Import_WhenARowLeavesSomethingOut_ThenItStaysAsItWas()
    {
        using var store = Open();
        store.Import([
            new AccountRow("a")
            {
                Organisation = "org",
                Tier = "gold",
                Created = "2026-01-01T00:00:00.000Z",
                Country = "DE",
                Payment = "card",
                EmailDomain = "x.org",
                Verified = true,
            },
        ]);
        store.Import([new AccountRow("a") { Country = "FR" }, new AccountRow("b") { Organisation = "o'; DROP TABLE keys; --" }]);
        var (a, b) = (store.Accounts()[0], store.Accounts()[1]);
        Assert.Equal(
            ("a", "org", "gold", "2026-01-01T00:00:00.000Z", "FR", "card", "x.org", true),
            (a.Name, a.Organisation, a.Tier, a.Created, a.Country, a.Payment, a.EmailDomain, a.Verified)
        );
        Assert.Equal(("b", "o'; DROP TABLE keys; --", false), (b.Name, b.Organisation, b.Verified));
    }

    [Fact]
    public void New_WhenItIsOpenedUnderAnotherMasterKey_ThenNoKeyIsKnown()
    {
        string key;
        using (var store = Open())
        {
            key = store.CreateKey("a", null, null, "test", null);
        }

        var path = DataFolder.Make(Path.Combine(_folder.Path, "data")).Accounts;
        using var other = new AccountStore(path, new MasterKey(Enumerable.Repeat((byte)9, 32).ToArray()), SystemClock.Instance);
        Assert.Equal(Identity.Unknown, other.Current.Find(key, Now, out _));
        Assert.DoesNotContain(key.Split('_')[3], System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Current_WhenAnotherProcessMakesAKey_ThenItIsKnownHereWithoutAnybodyAsking()
    {
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        using var store = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: true);
        using var other = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance);
        var told = 0;
        store.Changed = () => Interlocked.Increment(ref told);
        var key = other.CreateKey("a", null, null, "test", null);
        await LiveDeployment.Until(() => store.Current.Find(key, Now, out _) == Identity.Known);
        await LiveDeployment.Until(() => Volatile.Read(ref told) > 0);
        other.Revoke(ApiKey.IdOf(key)!);
        await LiveDeployment.Until(() => store.Current.Find(key, Now, out _) == Identity.Revoked);
    }

    [Fact]
    public void Refresh_WhenTheStoreDoesNotAnswer_ThenTheLastDirectoryStaysAndItsAgeGrows()
    {
        var clock = new SteppedClock();
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        var faults = new FaultSwitches();
        using var store = new AccountStore(folder.Accounts, folder.Master, clock) { Faults = faults };
        using var other = new AccountStore(folder.Accounts, folder.Master, clock);
        var key = store.CreateKey("a", null, null, "test", null);
        Assert.True(store.Refresh());
        faults.Set(Fault.StoreGone, on: true);
        other.Suspend("a", suspended: true);
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.False(store.Refresh());
        Assert.Equal((Identity.Known, 7.0), (store.Current.Find(key, Now, out _), store.SecondsSinceAnswer));
        faults.Set(Fault.StoreGone, on: false);
        Assert.True(store.Refresh());
        Assert.Equal((Identity.Suspended, 0.0), (store.Current.Find(key, Now, out _), store.SecondsSinceAnswer));
        store.Dispose();
        Assert.False(store.Refresh()); // closed: an answer, and no fault
    }

    /// <summary>
    /// A directory is swapped as a whole: nobody ever sees a key without its account, or one of a change and not another.
    /// </summary>
    [Fact]
    public async Task Current_WhileManyChangeTheStore_ThenEveryKeyThatWasMadeIsKnownFromThenOnToEverybody()
    {
        using var store = Open();
        var made = new System.Collections.Concurrent.ConcurrentBag<string>();
        var writing = Enumerable
            .Range(0, 3)
            .Select(thread =>
                Task.Run(
                    () =>
                    {
                        for (var i = 0; i < 40; i++)
                        {
                            made.Add(store.CreateKey($"a{thread}", "org", null, "test", null));
                            store.Suspend($"b{i}", suspended: true);
                            store.SaveSpend(i, [new($"account:a{thread}", i)]);
                        }
                    },
                    TestContext.Current.CancellationToken
                )
            )
            .ToList();
        while (!writing.TrueForAll(one => one.IsCompleted))
        {
            foreach (var key in made)
            {
                Assert.Equal(Identity.Known, store.Current.Find(key, Now, out var entry));
                Assert.Equal("org", entry.Account.Organisation);
            }
        }

        await Task.WhenAll(writing);
        Assert.Equal(120, store.Current.Keys);
        Assert.Equal(120, made.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Rotate_WhenAKeyHasExpired_ThenThereIsNone()
    {
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        using var store = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: false);
        store.CreateKey("a", null, null, "test", SystemClock.Instance.GetUtcNow().AddHours(-1));
        Assert.Null(store.Rotate(Assert.Single(store.Keys()).Id, "test", TimeSpan.FromHours(1)));
        Assert.Single(store.Keys());
    }

    private AccountStore Open()
    {
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        return new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance);
    }

    private static EventTime At(DateTimeOffset time) => new((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
}
