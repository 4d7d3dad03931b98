namespace Stillwatch.Exchanges;

/// <summary>Counts tokens where the log reports none.</summary>
internal static class TokenEstimate
{
    /// <summary>
    /// About four bytes a token, as byte-pair vocabularies give for English prose and code; Chinese comes out near one token a character
    /// and a third. An estimate, and marked as one (<see cref="ExchangeTraits.TokensReported"/> is not set).
    /// </summary>
    public static int Of(int bytes) => (bytes + 3) / 4;
}
