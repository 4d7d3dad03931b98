using Stillwatch.Engine.Vault;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Vault;

public sealed class MasterKeyTests : IDisposable
{
    private const string Hex = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string FilePath => Path.Combine(_folder.Path, "master.key");

    [Fact]
    public void Load_WhenThereIsNoneAndItMayBeMade_ThenItIsMadeOnceForItsOwnerAlone()
    {
        var made = MasterKey.Load(null, FilePath, make: true, out var now);
        Assert.True(now);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Matches("^[0-9A-F]{64}\n$", File.ReadAllText(FilePath));
        var again = MasterKey.Load("", FilePath, make: true, out now);
        Assert.False(now);
        Assert.Equal(made.Derive("x"), again.Derive("x"));
    }

    [Fact]
    public void Load_WhenThereIsNoneAndNoneMayBeMade_ThenItSaysWhereItWasLookedFor()
    {
        var fault = Assert.Throws<InvalidDataException>(() => MasterKey.Load(null, FilePath, make: false, out _));
        Assert.Equal($"its master key is not there: neither {FilePath} nor {MasterKey.Variable} is", fault.Message);
        Assert.False(File.Exists(FilePath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData(Hex + "00")]
    [InlineData("zz0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")]
    public void Load_WhenTheFileHoldsNoKey_ThenItIsRefusedAndNeverReplaced(string text)
    {
        _folder.Write("master.key", text);
        var fault = Assert.Throws<InvalidDataException>(() => MasterKey.Load(null, FilePath, make: true, out _));
        Assert.StartsWith($"{FilePath} holds no master key: 64 hexadecimal digits are wanted", fault.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(FilePath));
    }

    [Fact]
    public void Load_WhenTheEnvironmentHasOne_ThenItComesBeforeTheFile_AndABadOneIsNotPassedOver()
    {
        _folder.Write("master.key", new string('0', 64));
        Assert.Equal(new MasterKey(Convert.FromHexString(Hex)).Derive("x"), MasterKey.Load(Hex, FilePath, make: false, out _).Derive("x"));
        Assert.StartsWith(
            MasterKey.Variable,
            Assert.Throws<InvalidDataException>(() => MasterKey.Load("secret", FilePath, make: false, out _)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Load_WhenItIsRefused_ThenTheMessageDoesNotTellIt()
    {
        var fault = Assert.Throws<InvalidDataException>(() => MasterKey.Load("nearly-a-key-" + Hex[..40], FilePath, make: false, out _));
        Assert.DoesNotContain("nearly-a-key", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>What was wrapped or hashed under it must open after every update: these bytes never change.</summary>
    [Fact]
    public void Derive_WhenGolden_ThenTheBytesAreThese_AndEachPurposeHasItsOwn()
    {
        var key = new MasterKey(Convert.FromHexString(Hex));
        Assert.Equal(GoldenDataKeys, Convert.ToHexString(key.Derive("data-keys")));
        Assert.Equal(GoldenDataKeys[..32], Convert.ToHexString(key.Derive("data-keys", 16)));
        Assert.Equal(
            4,
            new[] { "data-keys", "end-users", "api-keys", "" }
                .Select(purpose => Convert.ToHexString(key.Derive(purpose)))
                .Distinct()
                .Count()
        );
        Assert.NotEqual(key.Derive("data-keys"), new MasterKey(new byte[32]).Derive("data-keys"));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(0)]
    public void New_WhenItHasNot32Bytes_ThenItIsNone(int bytes) => Assert.Throws<ArgumentException>(() => new MasterKey(new byte[bytes]));

    private const string GoldenDataKeys = "95507A94C79CE91E4F023FA18F122B0A67D32C95854895F8ECC14FCD953F00ED";
}
