using System.Runtime.InteropServices;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Features;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// Hands the work on accounts and campaigns to their grains: what a subject did in a tick goes to it in messages, the last of them as the
/// tick closes, to many at once, and the watch goes on when the last has answered. Not thread-safe: one watch, one thread.
/// </summary>
internal sealed class GrainWork(IGrainFactory grains, WatchedSubjects subjects) : IWatchWork
{
    private const int MostInAMessage = 256; // 43 KB: a message is no large object for the garbage collector
    private const int MostAtOnce = 128; // what else the pool has to do waits for no more than so many grains

    private readonly Pending<WatchedAccount> _accounts = new();
    private readonly Pending<Campaign> _campaigns = new();
    private readonly Dictionary<int, IAccountGrain> _accountGrains = [];
    private readonly Dictionary<int, ICampaignGrain> _campaignGrains = [];
    private readonly List<Task> _running = [];

    /// <inheritdoc/>
    public void Observe(WatchedAccount account, in ExchangeFeatures features)
    {
        if (_accounts.Add(account.Number, account, features) == MostInAMessage)
        {
            Run(Grain(account).FoldAsync(_accounts.Take(account.Number)));
            Wait();
        }
    }

    /// <inheritdoc/>
    public void Observe(Campaign campaign, in ExchangeFeatures features)
    {
        if (_campaigns.Add(campaign.Number, campaign, features) == MostInAMessage)
        {
            Run(Grain(campaign).FoldAsync(_campaigns.Take(campaign.Number)));
            Wait();
        }
    }

    /// <inheritdoc/>
    public void Read(IReadOnlyList<WatchedAccount> accounts)
    {
        foreach (var account in accounts)
        {
            Run(Grain(account).CloseTickAsync(_accounts.Take(account.Number)));
            if (_running.Count == MostAtOnce)
            {
                Wait();
            }
        }

        foreach (var campaign in _campaigns.Subjects)
        {
            Run(Grain(campaign).FoldAsync(_campaigns.Take(campaign.Number)));
        }

        _accounts.Clear();
        _campaigns.Clear();
        Wait();
    }

    /// <inheritdoc/>
    public void Read(IReadOnlyList<Campaign> campaigns)
    {
        foreach (var campaign in campaigns)
        {
            Run(Grain(campaign).ReadAsync());
        }

        Wait();
    }

    private IAccountGrain Grain(WatchedAccount account)
    {
        ref var grain = ref CollectionsMarshal.GetValueRefOrAddDefault(_accountGrains, account.Number, out var known);
        if (!known)
        {
            subjects.Know(account);
            grain = grains.GetGrain<IAccountGrain>(account.Number);
        }

        return grain!;
    }

    private ICampaignGrain Grain(Campaign campaign)
    {
        ref var grain = ref CollectionsMarshal.GetValueRefOrAddDefault(_campaignGrains, campaign.Number, out var known);
        if (!known)
        {
            subjects.Know(campaign);
            grain = grains.GetGrain<ICampaignGrain>(campaign.Number);
        }

        return grain!;
    }

    private void Run(ValueTask work)
    {
        if (work.IsCompletedSuccessfully)
        {
            work.GetAwaiter().GetResult();
        }
        else
        {
            _running.Add(work.AsTask());
        }
    }

    /// <summary>All have answered before any fault is told: nobody works on a subject any more.</summary>
    private void Wait()
    {
        try
        {
            Task.WhenAll(CollectionsMarshal.AsSpan(_running)).GetAwaiter().GetResult();
        }
        finally
        {
            _running.Clear();
        }
    }

    /// <summary>The exchanges of an open tick, by subject.</summary>
    private sealed class Pending<TSubject>
    {
        private readonly Dictionary<int, (TSubject Subject, List<ExchangeFeatures> Exchanges)> _bySubject = [];
        private readonly Stack<List<ExchangeFeatures>> _spare = [];

        public IEnumerable<TSubject> Subjects => _bySubject.Values.Select(pending => pending.Subject);

        public int Add(int number, TSubject subject, in ExchangeFeatures features)
        {
            ref var pending = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySubject, number, out var known);
            if (!known)
            {
                pending = (subject, _spare.TryPop(out var spare) ? spare : []);
            }

            pending.Exchanges.Add(features);
            return pending.Exchanges.Count;
        }

        public TickExchanges Take(int number)
        {
            if (!_bySubject.TryGetValue(number, out var pending))
            {
                return TickExchanges.None;
            }

            var exchanges = TickExchanges.Of(CollectionsMarshal.AsSpan(pending.Exchanges));
            pending.Exchanges.Clear();
            return exchanges;
        }

        public void Clear()
        {
            foreach (var (_, exchanges) in _bySubject.Values)
            {
                exchanges.Clear();
                if (_spare.Count < 1024)
                {
                    _spare.Push(exchanges);
                }
            }

            _bySubject.Clear();
        }
    }
}
