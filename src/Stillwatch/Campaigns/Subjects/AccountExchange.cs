using Stillwatch.Features;

namespace Stillwatch.Campaigns.Subjects;

/// <summary>An exchange with the number of its account.</summary>
/// <param name="Account">The account's number.</param>
/// <param name="Features">The exchange's features.</param>
public readonly record struct AccountExchange(int Account, ExchangeFeatures Features);
