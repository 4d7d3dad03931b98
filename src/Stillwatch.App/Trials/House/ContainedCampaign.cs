using Stillwatch.App.Configuration;
using Stillwatch.App.Trials.Demos;
using Stillwatch.App.Trials.Ranges;
using Stillwatch.Exchanges;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;
using Stillwatch.Range.Scenarios;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.House;

/// <summary>
/// A lab that pulls answers from the house model through a gateway, among honest customers, while the watch looks on: whoever comes before
/// an analyst is stopped there and then. What the lab had by then is what leaked.
/// </summary>
internal static class ContainedCampaign
{
    /// <summary>The share of the scenario's numbers, where none is given.</summary>
    public const double DefaultScale = 0.5;

    /// <summary>The file of what leaked.</summary>
    public const string LeakedName = "leaked.jsonl";

    private const string Scenario = "demo";
    private const int Together = 24;

    // requests: time waits for the watch, which in two real weeks would have hours for what it does here in a second
    private const int MostAhead = 60;
    private const int LookEvery = 20; // requests
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Runs it; <see cref="LeakedName"/> and <c>campaigns.html</c> in <paramref name="folder"/> have what leaked and what was believed of
    /// whom.
    /// </summary>
    /// <param name="teacher">The model.</param>
    /// <param name="seed">The scenario's seed.</param>
    /// <param name="scale">The share of its numbers.</param>
    /// <param name="exposure">What is handed out of the reasoning.</param>
    /// <param name="folder">Where its data lies; must have none of an earlier one.</param>
    /// <param name="quiet">No progress.</param>
    /// <param name="cancel">Tells it to stop.</param>
    /// <returns>What came of it, and what the lab asked or would have.</returns>
    /// <exception cref="UnusableInputException">The lab asks nothing at this scale.</exception>
    public static async Task<(ContainmentOutcome Outcome, IReadOnlyList<CampaignTraffic.Request> Asked)> RunAsync(
        HouseModel teacher,
        ulong seed,
        double scale,
        Exposure exposure,
        string folder,
        bool quiet,
        CancellationToken cancel
    )
    {
        var stage = Stage.Set(ScenarioFile.Read(Scenario), seed, scale);
        var traffic = CampaignTraffic.Of(stage, seed);
        List<CampaignTraffic.Request> asked = [.. traffic.Requests.Where(request => request.Prompt != null)];
        if (asked.Count == 0)
        {
            throw new UnusableInputException($"--scale {scale}: the lab asks nothing at this scale; a larger one is wanted");
        }

        Terminal.WriteLine(
            $"{traffic.Requests.Count:N0} requests, {asked.Count:N0} of them of the {traffic.Lab.Count} accounts of one lab"
        );
        var data = DataFolder.Make(Path.Combine(folder, "data"));
        await using var house = await HouseDeployment.StartAsync(teacher, data, exposure, trustReplay: true, cancel);
        house.Running.Accounts.Import(stage.World.Accounts.Select(DemoRequest.Row));
        ContainmentOutcome outcome;
        using (var progress = new ProgressBar("two weeks of traffic", quiet, SystemClock.Instance))
        {
            outcome = await PullAsync(house, data.Token(), traffic, Path.Combine(folder, LeakedName), progress, cancel);
        }

        await house.ReportAsync(Path.Combine(folder, "campaigns.html"), cancel);
        return (outcome, asked);
    }

    /// <summary>Sends everything in order of time; whoever comes before an analyst is suspended.</summary>
    private static async Task<ContainmentOutcome> PullAsync(
        HouseDeployment house,
        string token,
        CampaignTraffic traffic,
        string leakedFile,
        ProgressBar progress,
        CancellationToken cancel
    )
    {
        var keys = house.Running.Accounts.CreateKeys(
            traffic.Requests.Select(request => request.Demo.Account).Distinct(StringComparer.Ordinal),
            "range",
            null
        );
        var answers = new CollectedExchange?[traffic.Requests.Count];
        var statuses = new int[traffic.Requests.Count];
        var stopped = new HashSet<string>(StringComparer.Ordinal);
        EventTime? found = null;
        using var slots = new SemaphoreSlim(Together);
        var underWay = new List<Task>();
        for (var i = 0; i < traffic.Requests.Count; i++)
        {
            if (i % LookEvery == 0)
            {
                progress.Report((double)i / traffic.Requests.Count);
                foreach (var ended in underWay.Where(task => task.IsCompleted).ToList())
                {
                    await ended;
                    underWay.Remove(ended);
                }

                foreach (var account in (await FlaggedAsync(house, i, statuses, cancel)).Where(stopped.Add))
                {
                    house.Running.Accounts.Suspend(account, suspended: true);
                    found ??= traffic.Lab.Contains(account) ? traffic.Requests[i].Demo.At : null;
                }
            }

            await slots.WaitAsync(cancel);
            var at = i;
            underWay.Add(
                Task.Run(
                    async () =>
                    {
                        try
                        {
                            var request = traffic.Requests[at];
                            (answers[at], statuses[at]) = await CampaignTraffic.SendAsync(
                                house.Client,
                                house.Running.GatewayAddress,
                                request,
                                keys[request.Demo.Account],
                                token,
                                cancel
                            );
                        }
                        finally
                        {
                            slots.Release();
                        }
                    },
                    cancel
                )
            );
        }

        await Task.WhenAll(underWay);
        Collection.Write(leakedFile, answers.OfType<CollectedExchange>());
        return Outcome(traffic, answers, statuses, stopped, found);
    }

    /// <summary>Who is before an analyst, once the watch has seen nearly all of the first <paramref name="sent"/> requests.</summary>
    private static async Task<IReadOnlyList<string>> FlaggedAsync(HouseDeployment house, int sent, int[] statuses, CancellationToken cancel)
    {
        var began = SystemClock.Instance.GetTimestamp();
        while (true)
        {
            var (seen, flagged) = await house.Running.AskAsync(briefing =>
                (briefing.Log.Exchanges, briefing.Watch.Accounts.Where(account => account.FlaggedAt != null).Select(briefing.Name).ToList())
            );
            // what was refused may not be on record, and then the watch never sees it
            if (seen >= sent - MostAhead - statuses.Count(status => status is not 0 and not (>= 200 and < 300)))
            {
                return flagged;
            }

            if (SystemClock.Instance.GetElapsedTime(began) > Patience)
            {
                throw new UnusableInputException($"the watch has seen {seen:N0} of {sent:N0} exchanges and sees no more");
            }

            await Task.Delay(Look, SystemClock.Instance, cancel);
        }
    }

    private static ContainmentOutcome Outcome(
        CampaignTraffic traffic,
        CollectedExchange?[] answers,
        int[] statuses,
        HashSet<string> stopped,
        EventTime? found
    )
    {
        var lab = traffic
            .Requests.Select((request, i) => (request, Leaked: answers[i] != null))
            .Where(one => one.request.Prompt != null)
            .ToList();
        var honest = traffic.Requests.Where(request => request.Prompt == null).ToList();
        var refused = traffic.Requests.Where((request, i) => request.Prompt == null && IsStopped(statuses[i])).Count();
        var failed = statuses.Count(status => status is not (>= 200 and < 300) && !IsStopped(status));
        var began = lab[0].request.Demo.At;
        var (curve, answered) = (new List<(double, double)> { (0, 0) }, 0);
        foreach (var (request, isLeaked) in lab)
        {
            answered += isLeaked ? 1 : 0;
            curve.Add(((request.Demo.At.Micros - began.Micros) / (double)EventTime.Hour, answered));
        }

        return new(
            honest.Select(request => request.Demo.Account).Distinct(StringComparer.Ordinal).Count(),
            honest.Count,
            stopped.Count(account => !traffic.Lab.Contains(account)),
            refused,
            traffic.Lab.Count,
            stopped.Count(traffic.Lab.Contains),
            lab.Count,
            answered,
            failed,
            began,
            found,
            curve
        );
    }

    private static bool IsStopped(int status) => status is 401 or 403;
}
