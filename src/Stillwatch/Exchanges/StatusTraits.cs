namespace Stillwatch.Exchanges;

/// <summary>What an HTTP status and the way it ended say of an exchange.</summary>
internal static class StatusTraits
{
    private const int TooManyRequests = 429; // RFC 6585, section 4

    /// <summary>The traits of <paramref name="status"/>; 0 where there was none.</summary>
    public static ExchangeTraits Of(int status) =>
        status is >= 200 and < 300 ? ExchangeTraits.None
        : status == 0 ? ExchangeTraits.Failed
        : ExchangeTraits.Failed | ExchangeTraits.Unanswered | (status == TooManyRequests ? ExchangeTraits.Throttled : 0);

    /// <summary>The traits of <paramref name="outcome"/>.</summary>
    public static ExchangeTraits Of(Outcome outcome) =>
        outcome switch
        {
            Outcome.Complete => ExchangeTraits.None,
            Outcome.Refused => ExchangeTraits.Failed | ExchangeTraits.Unanswered,
            _ => ExchangeTraits.Failed,
        };
}
