using Stillwatch.Exchanges;

namespace Stillwatch.Accounts;

/// <summary>A key as the gateway knows it.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Hash">HMAC-SHA-256 of the key, 32 bytes.</param>
/// <param name="Account">The account that it belongs to.</param>
/// <param name="Expires">From when on it is refused; null for never.</param>
/// <param name="Revoked">Whether it is refused.</param>
public sealed record KeyEntry(string Id, ReadOnlyMemory<byte> Hash, AccountEntry Account, EventTime? Expires, bool Revoked);
