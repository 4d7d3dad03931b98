using System.Security.Cryptography;
using System.Text;
using Stillwatch.Accounts;
using Xunit;

namespace Stillwatch.Tests.Accounts;

public sealed class ApiKeyTests
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private const string Known = "swk_live_AbCd0123_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg";

    [Theory]
    [InlineData("live")]
    [InlineData("T")]
    [InlineData("0123456789abcdef")]
    public void Make_WhenAKeyIsMade_ThenItHasTheFormAndItsIdIsReadFromIt(string environment)
    {
        var key = ApiKey.Make(environment, out var id);
        Assert.Matches($"^swk_{environment}_[0-9A-Za-z]{{8}}_[0-9A-Za-z]{{43}}_[0-9A-Za-z]{{6}}$", key);
        Assert.True(ApiKey.TryParse(key, out var packed));
        Assert.Equal((key.Split('_')[2], ApiKey.Pack(id)), (id, packed));
        Assert.Equal(id, ApiKey.IdOf(key));
        Assert.NotEqual(key, ApiKey.Make(environment, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdefg")]
    [InlineData("li_ve")]
    [InlineData("ländle")]
    public void Make_WhenAnEnvironmentIsNone_ThenItSaysSo(string environment) =>
        Assert.StartsWith(
            "an environment is 1 to 16 letters and digits",
            Assert.Throws<ArgumentException>(() => ApiKey.Make(environment, out _)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void TryParse_WhenTheChecksumWasMadeByHand_ThenItIsCrc32InSixDigits()
    {
        Assert.Equal("11KZM0", Check(Known)); // keys are in customers' hands: one that was good stays good
        Assert.True(ApiKey.TryParse(Known + "_11KZM0", out var id));
        Assert.Equal(0x4162_4364_3031_3233UL, id);
    }

    /// <summary>The checksum is anybody's to reckon: the form is looked at all the same.</summary>
    [Theory]
    [InlineData("swk_live_AbCd0123_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", true)]
    [InlineData("swk_0123456789abcdef_AbCd0123_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", true)]
    [InlineData("swk_0123456789abcdefg_AbCd0123_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", false)]
    [InlineData("swk__AbCd0123_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", false)]
    [InlineData("swk_live_AbCd012_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh", false)]
    [InlineData("swk_live_AbCd0123_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef", false)]
    [InlineData("swk_live_AbCd0123x0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", false)]
    [InlineData("sk_live_AbCd0123_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", false)]
    public void TryParse_WhenTheChecksumIsRight_ThenTheFormStillCounts(string body, bool isKey)
    {
        Assert.Equal(isKey, ApiKey.TryParse($"{body}_{Check(body)}", out _));
        Assert.False(ApiKey.TryParse($"{body}-{Check(body)}", out _));
        Assert.False(ApiKey.TryParse($"{body}_{Check(body + "x")}", out _));
    }

    [Fact]
    public void TryParse_WhenAnyCharacterIsAnother_ThenItIsNoKey()
    {
        var key = ApiKey.Make("live", out _);
        for (var i = 0; i < key.Length; i++)
        {
            foreach (var other in "0aZ_-?\u00e9".Where(letter => letter != key[i]))
            {
                Assert.False(ApiKey.TryParse(key[..i] + other + key[(i + 1)..], out var id), $"{other} at {i} of {key}");
                Assert.Equal(0UL, id);
            }
        }
    }

    [Fact]
    public void TryParse_WhenItIsLongerShorterOrSomethingElse_ThenItIsNoKey()
    {
        var key = ApiKey.Make("live", out _);
        for (var length = 0; length < key.Length; length++)
        {
            Assert.False(ApiKey.TryParse(key.AsSpan(0, length), out _));
        }

        foreach (
            var other in new[]
            {
                key + "0",
                " " + key,
                "SWK" + key[3..],
                "swk_" + key,
                key + new string('x', 10_000),
                "Bearer " + key,
                new string('_', 69),
            }
        )
        {
            Assert.False(ApiKey.TryParse(other, out _), other);
        }
    }

    [Theory]
    [InlineData("swk_live_AbCd0123_secret_check", "AbCd0123")]
    [InlineData("swk_live_AbCd0123", "AbCd0123")]
    [InlineData("x_y_12345678_", "12345678")]
    [InlineData("swk_live_AbCd012_secret", null)]
    [InlineData("swk_live_AbCd-123_secret", null)]
    [InlineData("sk-AbCd0123", null)]
    [InlineData("", null)]
    public void IdOf_WhenAKeyWasMistyped_ThenItsPublicIdIsFoundAllTheSame(string token, string? id) => Assert.Equal(id, ApiKey.IdOf(token));

    [Fact]
    public void Hash_WhenAKeyIsStored_ThenItIsHmacSha256UnderThePepper()
    {
        var pepper = Encoding.UTF8.GetBytes("a pepper");
        var key = ApiKey.Make("live", out _);
        Span<byte> hash = stackalloc byte[ApiKey.HashLength];
        ApiKey.Hash(pepper, key, hash);
        Assert.Equal(HMACSHA256.HashData(pepper, Encoding.ASCII.GetBytes(key)), hash.ToArray());
        Span<byte> other = stackalloc byte[ApiKey.HashLength];
        ApiKey.Hash("another"u8, key, other);
        Assert.False(hash.SequenceEqual(other));
        ApiKey.Hash(pepper, new string('x', 100_000), other); // whatever is sent is hashed, and no stack is overrun
        Assert.Equal(HMACSHA256.HashData(pepper, Encoding.ASCII.GetBytes(new string('x', 96))), other.ToArray());
    }

    [Fact]
    public void Pack_WhenIdsAreUnlike_ThenTheirNumbersAre()
    {
        Assert.Equal(0x3031_3233_3435_3637UL, ApiKey.Pack("01234567"));
        Assert.NotEqual(ApiKey.Pack("abcdefgh"), ApiKey.Pack("abcdefgH"));
        Assert.NotEqual(ApiKey.Pack("bacdefgh"), ApiKey.Pack("abcdefgh"));
    }

    private static string Check(string body)
    {
        var crc = System.IO.Hashing.Crc32.HashToUInt32(Encoding.ASCII.GetBytes(body));
        return string.Concat(Enumerable.Range(0, 6).Select(place => Digits[(int)(crc / (long)Math.Pow(62, 5 - place) % 62)]));
    }
}
