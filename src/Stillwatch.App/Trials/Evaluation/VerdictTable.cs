using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Signals;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>
/// What accounts and campaigns are taken for, beside what they are: campaigns that the watch found, and single accounts with enough
/// exchanges to tell.
/// </summary>
/// <param name="True">The role, or that it is a campaign.</param>
/// <param name="Counts">By verdict, how many.</param>
internal sealed record VerdictTable(string True, IReadOnlyDictionary<Verdict, int> Counts)
{
    private const int LeastExchanges = 100;

    /// <summary>Makes it, a row a role.</summary>
    public static IReadOnlyList<VerdictTable> Of(LabelledStream stream, Watch watch, List<int> numbers, Calibration calibration)
    {
        var dossiers = new List<(string True, Dossier Dossier)>();
        var of = new Dictionary<int, List<Dossier>>();
        void Add(string what, IReadOnlyList<int> accounts)
        {
            var dossier = new Dossier(accounts.ToDictionary(number => number, number => stream.Facts[number].Verified));
            dossiers.Add((what, dossier));
            foreach (var number in accounts)
            {
                (of.TryGetValue(number, out var list) ? list : of[number] = []).Add(dossier);
            }
        }

        foreach (var campaign in watch.Flagged)
        {
            Add("campaign found", [.. campaign.Accounts.Select(number => numbers[number])]);
        }

        foreach (var account in watch.Accounts.Where(account => account.Take.Exchanges >= LeastExchanges))
        {
            var number = numbers[account.Number];
            Add(stream.CampaignOf(number) == null ? stream.RoleOf(number) ?? "?" : "distiller alone", [number]);
        }

        foreach (var exchange in stream.Exchanges)
        {
            foreach (var dossier in of.GetValueOrDefault(exchange.Account) ?? [])
            {
                dossier.Observe(exchange.Features);
            }
        }

        return
        [
            .. dossiers
                .GroupBy(one => one.True, StringComparer.Ordinal)
                .OrderBy(role => role.Key, StringComparer.Ordinal)
                .Select(role => new VerdictTable(
                    role.Key,
                    role.GroupBy(one => one.Dossier.Assess(calibration).Verdict)
                        .ToDictionary(verdict => verdict.Key, verdict => verdict.Count())
                )),
        ];
    }
}
