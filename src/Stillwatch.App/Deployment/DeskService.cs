using Stillwatch.Accounts;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Capabilities;
using Stillwatch.Console.Desk;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Engine.Storage;
using Stillwatch.Exchanges;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;

namespace Stillwatch.App.Deployment;

/// <summary>What people decide with: the record of decisions, and what the watch believes.</summary>
/// <param name="decisions">The record.</param>
/// <param name="ask">Asks the watch something, with what the provider says of accounts.</param>
internal sealed class DeskService(
    DecisionStore decisions,
    Func<Func<Briefing, IReadOnlyDictionary<string, AccountRow>, object?>, Task<object?>> ask
) : IDesk
{
    /// <inheritdoc/>
    public Standing Standing => decisions.Standing;

    /// <inheritdoc/>
    public EventTime Now() => decisions.Now();

    /// <inheritdoc/>
    public ulong Chance() => DecisionStore.Chance();

    /// <inheritdoc/>
    public IReadOnlyList<Decided> Decide(string by, string reason, IReadOnlyList<Decision> what) => decisions.Decide(by, reason, what);

    /// <inheritdoc/>
    public IReadOnlyList<Decided> Read(long number) => decisions.Read(number);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>?> AccountsOfAsync(CampaignId campaign) =>
        await AskAsync(
            (briefing, _) =>
                briefing.Found.Follow(campaign) is { } now && briefing.Campaigns.FirstOrDefault(one => one.Id == now) is { } flagged
                    ? flagged.Accounts.Select(number => briefing.Name(briefing.Watch.Accounts[number])).ToList()
                    : null
        );

    /// <inheritdoc/>
    public async Task<PolicyPreview> PreviewAsync(Policy policy, int days)
    {
        // the watch stands still while it is asked: it tells what it knows, and the ladder is walked afterwards
        var seen = await AskAsync(
            (briefing, rows) =>
            {
                var today = briefing.Log.Last.Window(EventTime.Day);
                return new Known(
                    FlaggedCampaigns.Of(briefing, rows, _ => false, withTakes: true),
                    today,
                    briefing.Watch.Accounts.Count,
                    briefing.Watch.Accounts.Sum(account => CountOn(account.Take, today, days))
                );
            }
        );
        return Preview.Of(
            policy,
            Standing,
            seen!.Campaigns,
            Now(),
            new Preview.Seen(days, seen.Accounts, seen.Exchanges, (campaign, account) =>
                campaign.Takes.TryGetValue(account, out var take) ? CountOn(take, seen.Today, days) : 0
            )
        );
    }

    /// <inheritdoc/>
    public async Task<Exposure> ExposureAsync(IReadOnlyList<string> tiers) =>
        (
            await AskAsync(
                (briefing, rows) =>
                {
                    var accounts = briefing
                        .Watch.Accounts.Where(account =>
                            tiers.Contains(
                                rows.TryGetValue(briefing.Name(account), out var row) ? row.Tier ?? Tier.Default : Tier.Default,
                                StringComparer.Ordinal
                            )
                        )
                        .ToList();
                    var flagged = accounts.Where(account => account.FlaggedAt != null).ToList();
                    return new Exposure
                    {
                        Accounts = accounts.Count,
                        FlaggedAccounts = flagged.Count,
                        Exchanges = accounts.Sum(account => account.Take.Exchanges),
                        FlaggedExchanges = flagged.Sum(account => account.Take.Exchanges),
                        Campaigns = flagged.Select(account => account.Campaign).OfType<Campaign>().Distinct().Count(),
                        Unknown =
                        [
                            "accounts that never sent anything are not counted",
                            "how fast a campaign would turn to it is known after it is served, and watched then",
                        ],
                    };
                }
            )
        )!;

    /// <inheritdoc/>
    public async Task<EnforcementReport> ReportAsync(EventTime from, EventTime until)
    {
        var report = EnforcementReport.Of(Standing, from, until);
        var seen = await AskAsync(
            (briefing, _) =>
            {
                var (first, last) = (from.Window(EventTime.Day), new EventTime(until.Micros - 1).Window(EventTime.Day));
                var exchanges = briefing.Watch.Accounts.Sum(account =>
                    CountOn(account.Take, last, (int)Math.Clamp(last - first + 1, 1, Take.Days))
                );
                return new long[] { briefing.Watch.Accounts.Count, exchanges };
            }
        );
        return report with { Accounts = seen![0], Exchanges = seen[1] };
    }

    private sealed record Known(IReadOnlyList<FlaggedCampaign> Campaigns, long Today, int Accounts, long Exchanges);

    private static long CountOn(in Take take, long last, int days)
    {
        var sum = 0L;
        for (var day = last - days + 1; day <= last; day++)
        {
            sum += take.On(day);
        }

        return sum;
    }

    private async Task<T?> AskAsync<T>(Func<Briefing, IReadOnlyDictionary<string, AccountRow>, T?> question)
        where T : class => (T?)await ask((briefing, rows) => question(briefing, rows));
}
