using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Reports;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Vault;

public sealed class KeyVaultTests : IDisposable
{
    private static readonly EventTime At = new(1_772_409_600L * EventTime.Second);

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A name that its sender makes up costs a row each: an account has so many made, then its end users share keys. Nobody else notices.
    /// </summary>
    [Fact]
    public void For_WhenAnAccountMakesUpEndUsers_ThenItsKeysAreBoundedAndErasureStillHolds()
    {
        using var vault = new KeyVault(
            Path.Combine(_folder.Path, "vault.db"),
            new MasterKey(new byte[32]),
            durable: false,
            SystemClock.Instance
        );
        var keys = Enumerable.Range(0, 6_000).Select(i => vault.For("attacker", $"user {i}", At).Id).ToHashSet();
        Assert.InRange(keys.Count, NewKeyPace.Burst, 5_000);
        Assert.NotEqual(vault.For("honest", "one", At).Id, vault.For("honest", "two", At).Id);
        Assert.Equal(vault.For("attacker", "user 0", At).Id, vault.For("attacker", "user 0", At).Id);
        var last = vault.For("attacker", "made up last", At);
        vault.Destroy("attacker", "made up last");
        Assert.Null(vault.Find(last.Id));
        Assert.NotNull(vault.Find(vault.For("attacker", "user 0", At).Id));
    }

    [Fact]
    public void Destroy_WhenAKeyIsStillHeld_ThenItIsWipedAndSealsNothingMore()
    {
        using var vault = Open();
        var key = vault.For("a", null, At);
        var sealedText = new byte[4 + DataKey.Overhead];
        key.Seal("text"u8, [], sealedText);
        Assert.Equal(1, vault.Destroy("a", null));
        Assert.True(key.IsDestroyed);
        Assert.Throws<ObjectDisposedException>(() => key.Open(sealedText, []));
        Assert.NotEqual(key.Id, vault.For("a", null, At).Id);
    }

    [Fact]
    public void Destroy_WhenAnotherProcessDoesIt_ThenARefreshWipesItHereToo()
    {
        using var vault = Open();
        using var other = Open();
        var (gone, stays) = (vault.For("a", "user", At), vault.For("a", "other", At));
        Assert.Equal(1, other.Destroy("a", "user"));
        vault.Refresh();
        Assert.Equal((true, null), (gone.IsDestroyed, vault.Find(gone.Id)));
        Assert.False(stays.IsDestroyed);
        Assert.Equal(stays.Id, vault.For("a", "other", At).Id);
    }

    [Fact]
    public void For_WhenManyAskForTheSameKeyAtOnce_ThenThereIsOneOfIt()
    {
        using var vault = Open();
        var ids = new int[64]
            .AsParallel()
            .WithDegreeOfParallelism(8)
            .Select(_ => vault.For("a", "user", At).Id)
            .Distinct()
            .ToList();
        Assert.Single(ids);
        Assert.NotEqual(ids[0], vault.For("a", "user", new EventTime(At.Micros + EventTime.Day)).Id); // of another day
        using var again = Open();
        Assert.Equal(ids[0], again.For("a", "user", At).Id);
    }

    [Fact]
    public void For_WhenTheVaultWasMadeUnderAnotherMasterKey_ThenItIsAFaultAndNoNewKeyTakesItsPlace()
    {
        using (var vault = Open())
        {
            vault.For("a", null, At);
        }

        using var other = new KeyVault(
            Path.Combine(_folder.Path, "v.db"),
            new MasterKey(Enumerable.Repeat((byte)1, 32).ToArray()),
            durable: false
        );
        Assert.Equal(
            "a data key does not open under this master key: it was made under another",
            Assert.Throws<IOException>(() => other.For("a", null, At)).Message
        );
    }

    private KeyVault Open() => new(Path.Combine(_folder.Path, "v.db"), new MasterKey(new byte[32]), durable: false);
}
