using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Stillwatch.Accounts;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Identify;

/// <summary>
/// What is remembered of a client's connection, so that it is not worked out anew for each request on it: whose key it was, and which
/// exchange is to be told when it closes. Safe for use from many threads: HTTP/2 has many requests on one connection.
/// </summary>
internal sealed class ClientConnection
{
    private volatile Proof? _proof;
    private volatile Exchange? _current;
    private volatile bool _closed;

    /// <summary>
    /// Who sent <paramref name="token"/>, as <paramref name="directory"/> says: the hash is made once for each key on the connection.
    /// </summary>
    public Identity Find(AccountDirectory directory, ReadOnlySpan<char> token, EventTime now, out KeyEntry key)
    {
        // A comparison that takes as long whatever differs: a proxy may bring many customers over one connection.
        if (
            _proof is { } proof
            && ReferenceEquals(proof.Directory, directory)
            && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(token), MemoryMarshal.AsBytes(proof.Token.AsSpan()))
        )
        {
            key = proof.Key;
            return AccountDirectory.StateOf(key, now);
        }

        var identity = directory.Find(token, now, out key);
        if (identity == Accounts.Identity.Known)
        {
            _proof = new Proof(directory, token.ToString(), key);
        }

        return identity;
    }

    /// <summary>Has <paramref name="exchange"/> told when the connection closes; HTTP/1.1 has one at a time.</summary>
    public void Begin(Exchange exchange)
    {
        _current = exchange;
        if (_closed)
        {
            exchange.Leave();
        }
    }

    /// <summary>The exchange that was begun has ended.</summary>
    public void End() => _current = null;

    /// <summary>The connection has closed.</summary>
    public void Close()
    {
        _closed = true;
        _current?.Leave();
    }

    private sealed record Proof(AccountDirectory Directory, string Token, KeyEntry Key);
}
