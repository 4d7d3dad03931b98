using Stillwatch.App.Trials.Ranges;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Range.Scenarios;

namespace Stillwatch.App.Trials.Demos;

/// <summary>What the demo sends, and what the simulated provider answers: made before anything starts.</summary>
internal sealed class DemoPlan
{
    private const int Seed = 20260302;

    private DemoPlan(Stage stage, Scenario scenario, Answers answers, IReadOnlyList<DemoRequest> requests)
    {
        (Scenario, Answers, Requests) = (scenario, answers, requests);
        Rows = [.. stage.World.Accounts.Select(DemoRequest.Row)];
        Lab = stage
            .World.Accounts.Where(account => account.Campaign != null)
            .Select(account => account.Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Who is there, and for how long.</summary>
    public Scenario Scenario { get; }

    /// <summary>What is answered, by request.</summary>
    public Answers Answers { get; }

    /// <summary>The requests, in order of time.</summary>
    public IReadOnlyList<DemoRequest> Requests { get; }

    /// <summary>What the provider knows of the accounts.</summary>
    public IReadOnlyList<Engine.Storage.AccountRow> Rows { get; }

    /// <summary>The accounts of the lab.</summary>
    public IReadOnlySet<string> Lab { get; }

    /// <summary>
    /// Makes two weeks that end within the last one. They begin on a Saturday whatever the day: customers have weekends, and the demo
    /// should be the same every day.
    /// </summary>
    public static DemoPlan Make(TimeProvider clock)
    {
        var preset = ScenarioFile.Read("demo");
        var latest = DateOnly.FromDateTime(clock.GetUtcNow().AddDays(-preset.Days).UtcDateTime);
        var scenario = preset with { Start = latest.AddDays(-(((int)latest.DayOfWeek + 1) % 7)) };
        var stage = Stage.Set(scenario, Seed, scenario.Scale);
        var answers = new Answers();
        return new(stage, scenario, answers, DemoRequest.Of(stage, answers));
    }
}
