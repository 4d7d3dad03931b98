namespace Stillwatch.Range.World;

/// <summary>How somebody signs up with the provider; what is not said is as with most people.</summary>
internal readonly record struct Settling
{
    /// <summary>Begins with what most have.</summary>
    public Settling() { }

    /// <summary>When.</summary>
    public long Created { get; init; }

    /// <summary>The seed of what is shared with others; 0 for nothing.</summary>
    public ulong Group { get; init; }

    /// <summary>The country.</summary>
    public string Country { get; init; } = "US";

    /// <summary>The e-mail domain.</summary>
    public string EmailDomain { get; init; } = "gmail.com";

    /// <summary>The organisation; null for none.</summary>
    public string? Organisation { get; init; }

    /// <summary>What pays; null for a free trial.</summary>
    public string? Payment { get; init; }

    /// <summary>The tier.</summary>
    public string Tier { get; init; } = "default";

    /// <summary>Whether the provider has verified who it is.</summary>
    public bool Verified { get; init; }

    /// <summary>The kind of network.</summary>
    public Place Place { get; init; }

    /// <summary>The client program.</summary>
    public byte Program { get; init; }

    /// <summary>The language, by number.</summary>
    public byte Language { get; init; }

    /// <summary>Exchanges a day.</summary>
    public float Rate { get; init; } = 1;

    /// <summary>The campaign; null for honest ones.</summary>
    public string? Campaign { get; init; }
}
