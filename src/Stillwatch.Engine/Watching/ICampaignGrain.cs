namespace Stillwatch.Engine.Watching;

/// <summary>A campaign of the live watch, or a candidate for one, by its number.</summary>
[Alias("stillwatch.campaign")]
internal interface ICampaignGrain : IGrainWithIntegerKey
{
    /// <summary>Folds what its accounts did in a tick into its profile.</summary>
    [Alias("fold")]
    ValueTask FoldAsync(TickExchanges exchanges);

    /// <summary>Reads its merged profile, and its accounts' readings together.</summary>
    [Alias("read")]
    ValueTask ReadAsync();
}
