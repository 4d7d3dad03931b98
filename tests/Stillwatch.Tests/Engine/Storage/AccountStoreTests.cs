using Stillwatch.Reports;
using Stillwatch.App.Configuration;
using Stillwatch.Engine.Storage;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Storage;

public sealed class AccountStoreTests : IDisposable
{
    private readonly LogFolder _folder = new();

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

    /// <summary>Whoever reads all anew because another process wrote must not put an earlier state in the place of a later one: a key was refused right after it was made.</summary>
    [Fact]
    public async Task CreateKey_WhenOthersChangeTheStoreMeanwhile_ThenTheKeyIsKnownFromThenOn()
    {
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        using var store = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: false);
        using var other = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: false);
        store.CreateKeys(Enumerable.Range(0, 2_000).Select(i => $"a{i}"), "test", null);   // reading takes its time
        using var stop = new CancellationTokenSource();
        var refreshing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                other.SaveSpend(i, [new("key:x", i)]);
                store.Refresh();
            }
        }, TestContext.Current.CancellationToken);
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
    public void Rotate_WhenAKeyHasExpired_ThenThereIsNone()
    {
        var folder = DataFolder.Make(Path.Combine(_folder.Path, "data"));
        using var store = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance, follow: false);
        store.CreateKey("a", null, null, "test", SystemClock.Instance.GetUtcNow().AddHours(-1));
        Assert.Null(store.Rotate(Assert.Single(store.Keys()).Id, "test", TimeSpan.FromHours(1)));
        Assert.Single(store.Keys());
    }
}
