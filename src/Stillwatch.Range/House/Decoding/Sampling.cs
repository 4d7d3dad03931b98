namespace Stillwatch.Range.House.Decoding;

/// <summary>How the next token is drawn.</summary>
/// <param name="Temperature">0 to 2; 0, and what is below a ten thousandth, takes the likeliest, the first of several.</param>
/// <param name="TopP">The share of probability that is drawn from, likeliest first, above 0 and at most 1 (Holtzman et al., ICLR
/// 2020).</param>
/// <param name="Seed">The same seed draws the same; null draws by chance.</param>
/// <param name="Bias">By token, what is added to its logit, −100 to 100.</param>
/// <param name="FrequencyPenalty">Taken from a token's logit for each time that it came, −2 to 2.</param>
/// <param name="PresencePenalty">Taken from a token's logit if it came, −2 to 2.</param>
/// <param name="Alternatives">How many of the likeliest tokens are told beside each that is drawn, 0 to 20; −1 where not even its own
/// log-probability is asked.</param>
internal sealed record Sampling(
    double Temperature = 1,
    double TopP = 1,
    long? Seed = null,
    IReadOnlyDictionary<int, float>? Bias = null,
    double FrequencyPenalty = 0,
    double PresencePenalty = 0,
    int Alternatives = -1
);
