namespace Stillwatch.Engine.Storage;

/// <summary>A key as it is listed: never the key itself.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Created">When it was made, RFC 3339.</param>
/// <param name="Expires">From when on it is refused, RFC 3339; null for never.</param>
/// <param name="Revoked">When it was taken back, RFC 3339; null where it was not.</param>
/// <param name="Addresses">Networks from which it is taken, with spaces between; null for all.</param>
public sealed record KeyRow(string Id, string Account, string Created, string? Expires, string? Revoked, string? Addresses = null);
