using Stillwatch.Reports;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Vault;

public sealed class KeyVaultTests : IDisposable
{
    private static readonly EventTime At = new(1_772_409_600L * EventTime.Second);

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A name that its sender makes up costs a row each: an account has so many made, then its end users share keys. Nobody else notices.</summary>
    [Fact]
    public void For_WhenAnAccountMakesUpEndUsers_ThenItsKeysAreBoundedAndErasureStillHolds()
    {
        using var vault = new KeyVault(Path.Combine(_folder.Path, "vault.db"), new MasterKey(new byte[32]), durable: false, SystemClock.Instance);
        var keys = Enumerable.Range(0, 6_000).Select(i => vault.For("attacker", $"user {i}", At).Id).ToHashSet();
        Assert.InRange(keys.Count, NewKeyPace.Burst, 5_000);
        Assert.NotEqual(vault.For("honest", "one", At).Id, vault.For("honest", "two", At).Id);
        Assert.Equal(vault.For("attacker", "user 0", At).Id, vault.For("attacker", "user 0", At).Id);
        var last = vault.For("attacker", "made up last", At);
        vault.Destroy("attacker", "made up last");
        Assert.Null(vault.Find(last.Id));
        Assert.NotNull(vault.Find(vault.For("attacker", "user 0", At).Id));
    }
}
