namespace Stillwatch.Range.Costs;

/// <summary>
/// What a campaign pays for, in US dollars. One table, each price with its source; change it to what your own provider and year cost.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>account</term><description>0.26: one SMS verification for the United States, Cambridge Online Trust and Safety Index (Dek et
/// al., Science 2025)</description></item>
/// <item><term>card</term><description>1.00: a virtual card made, plus 1.00 to load it: a public fee schedule of a card issuing programme
/// (Bitnob, "Virtual Card Fee Schedule", 2025)</description></item>
/// <item><term>residential proxy</term><description>0.89 a gigabyte: the cheaper of the published plans of a proxy seller (Proxynade,
/// "Per-GB proxy pricing", June 2026); dearer pools ask 5.00</description></item>
/// <item><term>server</term><description>5 a month for a small virtual server with one address: an assumption, of the order of all public
/// price lists</description></item>
/// <item><term>tokens</term><description>3.00 a million in, 15.00 a million out: Claude Sonnet 4.6's list price of June 2026, which stands
/// for a frontier model of the middle class</description></item>
/// <item><term>deposit</term><description>5: what an account is loaded with before its first request and loses when it is stopped: an
/// assumption, the least that large providers take</description></item>
/// <item><term>work</term><description>60 an hour of an engineer: an assumption</description></item>
/// </list>
/// Shadow resellers ask about a tenth of list price (arXiv 2603.01919): a campaign that buys there pays a tenth for tokens and gives its
/// prompts away.
/// </remarks>
internal static class PriceList
{
    /// <summary>An account's verification.</summary>
    public const decimal Account = 0.26m;

    /// <summary>A card, made and loaded.</summary>
    public const decimal Card = 2.00m;

    /// <summary>A gigabyte through residential proxies.</summary>
    public const decimal ProxyGigabyte = 0.89m;

    /// <summary>A server with an address, for 30 days.</summary>
    public const decimal ServerMonth = 5.00m;

    /// <summary>A million tokens in.</summary>
    public const decimal MillionTokensIn = 3.00m;

    /// <summary>A million tokens out.</summary>
    public const decimal MillionTokensOut = 15.00m;

    /// <summary>What an account is loaded with; half of it is lost on average when it is stopped.</summary>
    public const decimal Deposit = 5.00m;

    /// <summary>An hour of work.</summary>
    public const decimal WorkHour = 60.00m;
}
