using System.Text;
using Stillwatch.Accounts;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Accounts;

public sealed class AccountDirectoryTests
{
    private static readonly EventTime Now = new(1_772_410_219_000_000);

    private static readonly byte[] Pepper = Encoding.UTF8.GetBytes("pepper");

    [Fact]
    public void Find_WhenAKeyIsGood_ThenItIsKnownWithItsAccount()
    {
        var (alice, bob) = (Made("alice"), Made("bob"));
        var directory = new AccountDirectory([alice.Entry, bob.Entry], Pepper);
        Assert.Equal(Identity.Known, directory.Find(bob.Token, Now, out var key));
        Assert.Equal(("bob", 2), (key.Account.Name, directory.Keys));
        Assert.Same(bob.Entry, key);
    }

    [Fact]
    public void Find_WhenAKeyIsNotOneOfOurs_ThenNothingIsSaidOfAnyAccount()
    {
        var alice = Made("alice");
        var directory = new AccountDirectory([alice.Entry], Pepper);
        foreach (
            var (token, expected) in new[]
            {
                (ApiKey.Make("live", out _), Identity.Unknown),
                (alice.Token[..^1], Identity.Malformed),
                ("", Identity.Malformed),
                ("sk-other", Identity.Malformed),
            }
        )
        {
            Assert.Equal(expected, directory.Find(token, Now, out var key));
            Assert.Equal(("", true, true), (key.Account.Name, key.Account.Suspended, key.Revoked));
        }
    }

    /// <summary>The id is public: whoever knows it still lacks the secret.</summary>
    [Fact]
    public void Find_WhenTheIdIsRightAndTheSecretIsNot_ThenItIsUnknown()
    {
        var alice = Made("alice");
        var (stolen, _) = Made("mallory");
        var directory = new AccountDirectory([alice.Entry with { Hash = Hash(stolen) }], Pepper);
        Assert.Equal(Identity.Unknown, directory.Find(alice.Token, Now, out _));
        Assert.Equal(Identity.Unknown, directory.Find(stolen, Now, out _));
        Assert.Equal(Identity.Unknown, new AccountDirectory([alice.Entry], "another"u8).Find(alice.Token, Now, out _));
        Assert.Equal(Identity.Unknown, new AccountDirectory([], Pepper).Find(alice.Token, Now, out _));
    }

    [Theory]
    [InlineData(false, null, false, Identity.Known)]
    [InlineData(false, 1, false, Identity.Known)]
    [InlineData(false, 0, false, Identity.Expired)] // from then on
    [InlineData(false, -1, false, Identity.Expired)]
    [InlineData(true, null, false, Identity.Revoked)]
    [InlineData(false, null, true, Identity.Suspended)]
    [InlineData(true, -1, true, Identity.Revoked)]
    [InlineData(false, -1, true, Identity.Expired)]
    public void Find_WhenAKeyIsNoLongerGood_ThenItSaysWhy(bool revoked, int? microsLeft, bool suspended, Identity identity)
    {
        var (token, entry) = Made("alice");
        entry = entry with
        {
            Revoked = revoked,
            Expires = microsLeft is { } left ? new EventTime(Now.Micros + left) : null,
            Account = entry.Account with { Suspended = suspended },
        };
        Assert.Equal(identity, new AccountDirectory([entry], Pepper).Find(token, Now, out var key));
        Assert.Equal((identity, "alice"), (AccountDirectory.StateOf(entry, Now), key.Account.Name));
    }

    private static (string Token, KeyEntry Entry) Made(string account)
    {
        var token = ApiKey.Make("test", out var id);
        return (token, new KeyEntry(id, Hash(token), new AccountEntry(account, null, new Tier(Tier.Default), false), null, false));
    }

    private static byte[] Hash(string token)
    {
        var hash = new byte[ApiKey.HashLength];
        ApiKey.Hash(Pepper, token, hash);
        return hash;
    }
}
