namespace Stillwatch.Engine.Storage;

/// <summary>An account as it is stored: what the gateway asks for and what the watch may be told. Times are RFC 3339.</summary>
/// <param name="Name">The customer, as the provider names it.</param>
public sealed record AccountRow(string Name)
{
    /// <summary>The organisation that it belongs to.</summary>
    public string? Organisation { get; init; }

    /// <summary>The name of its tier.</summary>
    public string? Tier { get; init; }

    /// <summary>When it was made.</summary>
    public string? Created { get; init; }

    /// <summary>The domain of its e-mail address.</summary>
    public string? EmailDomain { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>An opaque fingerprint of the means of payment.</summary>
    public string? Payment { get; init; }

    /// <summary>Whether the provider has verified who this is.</summary>
    public bool Verified { get; init; }

    /// <summary>Whether its requests are refused.</summary>
    public bool Suspended { get; init; }
}
