using Stillwatch.Campaigns.Subjects;

namespace Stillwatch.Range.Scenarios;

/// <summary>Who is there, how many, when; which models come out; what is done to who is found. Data, and nothing else.</summary>
internal sealed record Scenario
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>How many days.</summary>
    public required int Days { get; init; }

    /// <summary>Its first day.</summary>
    public DateOnly Start { get; init; } = new(2026, 3, 2);

    /// <summary>The share of all numbers that is run unless something else is asked for.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Honest accounts by role, at full scale.</summary>
    public IReadOnlyList<(string Role, double Accounts)> Customers { get; init; } = [];

    /// <summary>Models that are released: on which day.</summary>
    public IReadOnlyList<(double Day, string Model)> Releases { get; init; } = [];

    /// <summary>Campaigns, at full scale.</summary>
    public IReadOnlyList<CampaignPart> Campaigns { get; init; } = [];

    /// <summary>What is put before an analyst.</summary>
    public WatchRules Rules { get; init; } = WatchRules.Default;

    /// <summary>Whether who is flagged is stopped.</summary>
    public bool Contain { get; init; }

    /// <summary>How long after the flag, in hours.</summary>
    public double DelayHours { get; init; }

    /// <summary>This with all that <paramref name="part"/> has besides.</summary>
    public Scenario With(Scenario part) =>
        this with
        {
            Customers = [.. part.Customers, .. Customers],
            Releases = [.. part.Releases, .. Releases],
            Campaigns = [.. part.Campaigns, .. Campaigns],
        };
}
