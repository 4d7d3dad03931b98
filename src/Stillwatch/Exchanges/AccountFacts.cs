namespace Stillwatch.Exchanges;

/// <summary>
/// What the provider knows of an account besides its exchanges: a row of the accounts file. Fingerprints are 0 where absent.
/// </summary>
/// <param name="Created">When the account was made; null where unknown.</param>
/// <param name="Payment">Fingerprint of the means of payment.</param>
/// <param name="EmailDomain">Fingerprint of the e-mail domain.</param>
/// <param name="Organisation">Fingerprint of the organisation.</param>
/// <param name="Country">Fingerprint of the country.</param>
/// <param name="Verified">Whether the provider has verified who this is.</param>
public readonly record struct AccountFacts(
    EventTime? Created,
    ulong Payment,
    ulong EmailDomain,
    ulong Organisation,
    ulong Country,
    bool Verified
);
