using System.Collections.Frozen;
using System.Security.Cryptography;
using Stillwatch.Exchanges;

namespace Stillwatch.Accounts;

/// <summary>
/// All accounts and keys at one moment. Immutable: whoever reads it takes no lock, and a change is a new directory. Looking up does the
/// same work for a key that exists, one that does not, and one with a wrong secret.
/// </summary>
public sealed class AccountDirectory
{
    private static readonly KeyEntry Nobody = new(
        "00000000",
        new byte[ApiKey.HashLength],
        new("", null, new Tier(Tier.Default), true),
        null,
        true
    );

    private readonly FrozenDictionary<ulong, KeyEntry> _keys;
    private readonly byte[] _pepper;

    /// <summary>Begins a directory.</summary>
    /// <param name="keys">All keys, with their accounts.</param>
    /// <param name="pepper">The secret of this deployment under which keys are hashed.</param>
    public AccountDirectory(IEnumerable<KeyEntry> keys, ReadOnlySpan<byte> pepper)
    {
        _keys = keys.ToFrozenDictionary(key => ApiKey.Pack(key.Id));
        _pepper = pepper.ToArray();
    }

    /// <summary>How many keys there are.</summary>
    public int Keys => _keys.Count;

    /// <summary>Who sent <paramref name="token"/>.</summary>
    /// <param name="token">What the client sent as its key.</param>
    /// <param name="now">The present, for keys that expire.</param>
    /// <param name="key">The key's entry, where it is known.</param>
    public Identity Find(ReadOnlySpan<char> token, EventTime now, out KeyEntry key)
    {
        key = Nobody;
        if (!ApiKey.TryParse(token, out var id))
        {
            return Identity.Malformed;
        }

        var known = _keys.GetValueOrDefault(id, Nobody);
        Span<byte> hash = stackalloc byte[ApiKey.HashLength];
        ApiKey.Hash(_pepper, token, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, known.Hash.Span) || ReferenceEquals(known, Nobody))
        {
            return Identity.Unknown;
        }

        key = known;
        return StateOf(key, now);
    }

    /// <summary>What a key that is known is good for now.</summary>
    public static Identity StateOf(KeyEntry key, EventTime now) =>
        key.Revoked ? Identity.Revoked
        : key.Expires is { } end && end <= now ? Identity.Expired
        : key.Account.Suspended ? Identity.Suspended
        : Identity.Known;
}
