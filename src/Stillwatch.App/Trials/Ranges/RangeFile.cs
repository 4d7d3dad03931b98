using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>
/// What came of a scenario, as it is kept (<c>outcome.json</c>) and shown: numbers only, no time of day, so that the same seed gives the
/// same bytes.
/// </summary>
/// <param name="Version">1.</param>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Title">What it is.</param>
/// <param name="Scale">The share of all numbers.</param>
/// <param name="Days">How many days.</param>
/// <param name="Contain">Whether who was flagged was stopped.</param>
/// <param name="DelayHours">How long after the flag.</param>
/// <param name="Calibration">What weighed.</param>
/// <param name="Program">The program's version.</param>
/// <param name="Runs">A run for each seed.</param>
internal sealed record RangeFile(
    int Version,
    string Scenario,
    string Title,
    double Scale,
    int Days,
    bool Contain,
    double DelayHours,
    string Calibration,
    string Program,
    IReadOnlyList<RangeFile.Run> Runs
)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>A run of one seed.</summary>
    internal sealed record Run(
        ulong Seed,
        long Exchanges,
        int Accounts,
        long Refusals,
        IReadOnlyList<Role> Honest,
        IReadOnlyList<Campaign> Campaigns,
        IReadOnlyList<Speaker> Speakers
    );

    /// <summary>Honest customers of one role: how many were seen, and how many of them flagged.</summary>
    internal sealed record Role(string Name, int Accounts, long Exchanges, int Flagged);

    /// <summary>
    /// A campaign: what it got, what of it before its accounts were flagged (and before an hour after that), and what it spent.
    /// </summary>
    internal sealed record Campaign(
        string Name,
        string Kind,
        string Goal,
        string Knowledge,
        int Accounts,
        int Flagged,
        long Exchanges,
        long Leaked,
        long LeakedLate,
        long Refused,
        long Useful,
        long UsefulLeaked,
        IReadOnlyDictionary<string, decimal> Bill,
        decimal Spent,
        IReadOnlyList<Step> Curve,
        IReadOnlyList<Search>? Searched
    )
    {
        /// <summary>Dollars for an answer to a task; null where there was none.</summary>
        public decimal? CostOfAnswer => Useful == 0 ? null : Math.Round(Spent / Useful, 6);

        /// <summary>
        /// Dollars for a million answers by the same way: work is paid once, all else as often as it takes; null where there was none.
        /// </summary>
        public decimal? CostOfMillion => Useful == 0 ? null : Math.Round((Spent - Bill["work"]) / Useful * 1_000_000 + Bill["work"], 0);
    }

    /// <summary>
    /// Answers to tasks up to the end of an hour since the campaign began: in all, before the flag, and before an hour after it.
    /// </summary>
    internal sealed record Step(double Day, long Useful, long Leaked, long LeakedLate);

    /// <summary>What the adaptive adversary knew at a review.</summary>
    internal sealed record Search(double Day, double Cost, string Way);

    /// <summary>What spoke loudest of the flagged accounts: a detector, or the campaign that they were tied to.</summary>
    internal sealed record Speaker(string Name, int Distillers, int Honest);

    /// <summary>Writes it.</summary>
    public void Write(string path) => OutputFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Options));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="UnusableInputException">It cannot be read.</exception>
    public static RangeFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var file = JsonSerializer.Deserialize<RangeFile>(stream, Options);
            return file is { Version: 1, Runs: { Count: > 0 } }
                ? file
                : throw new UnusableInputException($"{path}: is no outcome of ./stillwatch range run (version 1)");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Readable.Unusable(path, fault, "an outcome of ./stillwatch range run");
        }
    }
}
