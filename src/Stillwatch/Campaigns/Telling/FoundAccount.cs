using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Telling;

/// <summary>A flagged account as its signal tells it.</summary>
/// <param name="Flag">The signal.</param>
public sealed record FoundAccount(Signal.AccountFlagged Flag)
{
    /// <summary>Its number.</summary>
    public AccountNumber Account => Flag.Account;

    /// <summary>When it was flagged.</summary>
    public EventTime At => Flag.At;
}
