namespace Stillwatch.Range.Costs;

/// <summary>What a campaign spent, by kind.</summary>
internal sealed class Bill
{
    /// <summary>Accounts opened.</summary>
    public int Accounts { get; set; }

    /// <summary>Accounts that were stopped, each with a deposit on it.</summary>
    public int Stopped { get; set; }

    /// <summary>Cards used.</summary>
    public HashSet<string> Cards { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes over residential proxies.</summary>
    public long ProxyBytes { get; set; }

    /// <summary>Servers, times days.</summary>
    public double ServerDays { get; set; }

    /// <summary>Tokens in and out that were answered.</summary>
    public long TokensIn { get; set; }

    /// <inheritdoc cref="TokensIn"/>
    public long TokensOut { get; set; }

    /// <summary>Hours of work.</summary>
    public double Hours { get; set; }

    /// <summary>Tokens, in dollars: what an honest customer would pay as well.</summary>
    public decimal Tokens => TokensIn * PriceList.MillionTokensIn / 1_000_000 + TokensOut * PriceList.MillionTokensOut / 1_000_000;

    /// <summary>All that is paid so as not to be one customer: accounts, cards, lost deposits, proxies, servers, work.</summary>
    public decimal Evasion =>
        Accounts * PriceList.Account
        + Cards.Count * PriceList.Card
        + Stopped * PriceList.Deposit / 2
        + ProxyBytes / 1_000_000_000m * PriceList.ProxyGigabyte
        + (decimal)ServerDays / 30 * PriceList.ServerMonth
        + (decimal)Hours * PriceList.WorkHour;

    /// <summary>All of it.</summary>
    public decimal Total => Tokens + Evasion;
}
