namespace Stillwatch.Accounts;

/// <summary>What came of looking a key up.</summary>
public enum Identity
{
    /// <summary>The key is valid.</summary>
    Known,

    /// <summary>It has not the form of a key, or a wrong checksum: mistyped or cut off.</summary>
    Malformed,

    /// <summary>Well-formed, and not one of ours.</summary>
    Unknown,

    /// <summary>It was taken back.</summary>
    Revoked,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its account is suspended.</summary>
    Suspended,
}
