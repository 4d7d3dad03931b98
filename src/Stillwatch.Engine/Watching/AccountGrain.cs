using Stillwatch.Campaigns.Subjects;

namespace Stillwatch.Engine.Watching;

/// <summary>Keeps an account's profile: while a tick is open it is the only one that works on it. What it does is the core's.</summary>
internal sealed class AccountGrain(WatchedSubjects subjects) : Grain, IAccountGrain
{
    private WatchedAccount? _account;

    private WatchedAccount Account => _account ??= subjects.Account(this.GetPrimaryKeyLong());

    /// <inheritdoc/>
    public ValueTask FoldAsync(TickExchanges exchanges)
    {
        Fold(exchanges);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CloseTickAsync(TickExchanges exchanges)
    {
        Fold(exchanges);
        Account.Read();
        return ValueTask.CompletedTask;
    }

    private void Fold(TickExchanges exchanges)
    {
        foreach (ref readonly var features in exchanges.Exchanges)
        {
            Account.Observe(features);
        }
    }
}
