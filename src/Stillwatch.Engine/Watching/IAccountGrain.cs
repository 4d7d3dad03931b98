namespace Stillwatch.Engine.Watching;

/// <summary>An account of the live watch, by its number.</summary>
[Alias("stillwatch.account")]
internal interface IAccountGrain : IGrainWithIntegerKey
{
    /// <summary>Takes what the account did in a tick, and reads its profile.</summary>
    [Alias("close-tick")]
    ValueTask CloseTickAsync(TickExchanges exchanges);
}
