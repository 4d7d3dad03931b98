using Stillwatch.Gateway.Change;

namespace Stillwatch.Gateway.Enforce;

/// <summary>Changes exchanges as was decided: what is stripped is taken out of the request and of the answer.</summary>
internal sealed class EnforcedChanges : IExchangeChanges
{
    private EnforcedChanges() { }

    /// <summary>The one that there is.</summary>
    public static EnforcedChanges Instance { get; } = new();

    /// <inheritdoc/>
    public IExchangeChange? Of(Exchange exchange) => exchange.Strip == 0 ? null : new StripChange(exchange.Format, exchange.Strip);
}
