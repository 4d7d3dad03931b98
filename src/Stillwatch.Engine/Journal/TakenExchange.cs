using Stillwatch.Features;

namespace Stillwatch.Engine.Journal;

/// <summary>What the watch needs of an exchange whose features were taken as it passed. Valid until the next entry is read.</summary>
internal sealed class TakenExchange
{
    /// <summary>The account's name.</summary>
    public string Account { get; set; } = "";

    /// <summary>The features.</summary>
    public ExchangeFeatures Features { get; set; }
}
