namespace Stillwatch.Gateway.Change;

/// <summary>Says what is changed in an exchange. Safe for use from many threads.</summary>
internal interface IExchangeChanges
{
    /// <summary>
    /// What changes an exchange that was admitted, asked for its request and for each answer that is begun; null for nothing: then it goes
    /// its way as if nobody could change any.
    /// </summary>
    IExchangeChange? Of(Exchange exchange);
}
