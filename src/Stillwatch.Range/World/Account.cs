namespace Stillwatch.Range.World;

/// <summary>An account with the provider, as the range knows it.</summary>
internal sealed class Account
{
    /// <summary>Its number, by the order of making.</summary>
    public required int Number { get; init; }

    /// <summary>Its name with the provider; says nothing of its role.</summary>
    public string Name => $"acct-{Stillwatch.Sketches.KeyedHash.Mix(Seed ^ Whole):x16}";

    /// <summary>The world's seed.</summary>
    public required ulong Whole { get; init; }

    /// <summary>Who it is.</summary>
    public required Role Role { get; init; }

    /// <summary>The seed of all that it does.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The seed of what it has in common with others: an office, a class; its own where there are none.</summary>
    public required ulong Group { get; init; }

    /// <summary>When it signed up, in microseconds since the epoch.</summary>
    public required long Created { get; init; }

    /// <summary>Its country.</summary>
    public required string Country { get; init; }

    /// <summary>The domain of its e-mail address.</summary>
    public required string EmailDomain { get; init; }

    /// <summary>Its organisation; null where it has none.</summary>
    public string? Organisation { get; init; }

    /// <summary>What pays for it: equal means the same card or bank account; null for a free trial.</summary>
    public string? Payment { get; init; }

    /// <summary>Its tier.</summary>
    public string Tier { get; init; } = "default";

    /// <summary>Whether the provider has verified who it is.</summary>
    public bool Verified { get; init; }

    /// <summary>What kind of network it sends from.</summary>
    public Place Place { get; set; }

    /// <summary>The number of its client program.</summary>
    public byte Program { get; set; }

    /// <summary>The number of its language.</summary>
    public byte Language { get; init; }

    /// <summary>How much it asks for, in exchanges a day on average while it is there.</summary>
    public float Rate { get; init; }

    /// <summary>The campaign that it belongs to; null for honest ones.</summary>
    public string? Campaign { get; init; }
}
