using System.Net;
using Stillwatch.Exchanges;

namespace Stillwatch.Accounts;

/// <summary>A key as the gateway knows it.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Hash">HMAC-SHA-256 of the key, 32 bytes.</param>
/// <param name="Account">The account that it belongs to.</param>
/// <param name="Expires">From when on it is refused; null for never.</param>
/// <param name="Revoked">Whether it is refused.</param>
public sealed record KeyEntry(string Id, ReadOnlyMemory<byte> Hash, AccountEntry Account, EventTime? Expires, bool Revoked)
{
    /// <summary>Networks from which it is taken; none for all.</summary>
    public IReadOnlyList<IPNetwork> Addresses { get; init; } = [];

    /// <summary>Whether it is taken from <paramref name="address"/>; null is an address that is not known.</summary>
    public bool IsTakenFrom(IPAddress? address)
    {
        if (Addresses.Count == 0)
        {
            return true;
        }

        foreach (var network in Addresses)
        {
            if (address != null && network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
