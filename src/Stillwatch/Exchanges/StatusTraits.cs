namespace Stillwatch.Exchanges;

/// <summary>What an HTTP status says of an exchange.</summary>
internal static class StatusTraits
{
    private const int TooManyRequests = 429;   // RFC 6585, section 4

    /// <summary>The traits of <paramref name="status"/>; 0 where there was none.</summary>
    public static ExchangeTraits Of(int status) =>
        status is >= 200 and < 300 ? ExchangeTraits.None : ExchangeTraits.Failed | (status == TooManyRequests ? ExchangeTraits.Throttled : 0);
}
