namespace Stillwatch.Engine.Watching;

/// <summary>An account of the live watch, by its number.</summary>
[Alias("stillwatch.account")]
internal interface IAccountGrain : IGrainWithIntegerKey
{
    /// <summary>Takes part of what the account did in a tick.</summary>
    [Alias("fold")]
    ValueTask FoldAsync(TickExchanges exchanges);

    /// <summary>Takes the rest of what it did, and reads its profile.</summary>
    [Alias("close-tick")]
    ValueTask CloseTickAsync(TickExchanges exchanges);
}
