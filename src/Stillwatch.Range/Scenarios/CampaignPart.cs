namespace Stillwatch.Range.Scenarios;

/// <summary>A campaign of a scenario.</summary>
/// <param name="Kind">Which adversary.</param>
/// <param name="Name">Its name.</param>
/// <param name="Accounts">Accounts to begin with, at full scale.</param>
/// <param name="Exchanges">Exchanges that it wants, at full scale.</param>
/// <param name="FromDay">The day on which it begins.</param>
/// <param name="Days">How many days it lasts.</param>
/// <param name="Budget">The most that it spends, in dollars at full scale; 0 for no limit.</param>
/// <param name="Informed">Whether it has the provider's source and thresholds.</param>
internal sealed record CampaignPart(
    string Kind,
    string Name,
    double Accounts,
    double Exchanges,
    double FromDay,
    double Days,
    double Budget,
    bool Informed
);
