using Stillwatch.Campaigns;

namespace Stillwatch.Engine.Watching;

/// <summary>Keeps an account's profile: while a tick is open it is the only one that works on it. What it does is the core's.</summary>
internal sealed class AccountGrain(WatchedSubjects subjects) : Grain, IAccountGrain
{
    private WatchedAccount? _account;

    /// <inheritdoc/>
    public ValueTask CloseTickAsync(TickExchanges exchanges)
    {
        _account ??= subjects.Account(this.GetPrimaryKeyLong());
        foreach (ref readonly var features in exchanges.Exchanges)
        {
            _account.Observe(features);
        }

        _account.Read();
        return ValueTask.CompletedTask;
    }
}
