namespace Stillwatch.Countermeasures;

/// <summary>What is done about campaigns, in writing: the rules of the ladder, and from which rung on how many people decide.</summary>
public sealed record Policy
{
    /// <summary>Its version, from 1 on; a change is a policy of the next.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Whether nothing of it acts, whatever its rules say. Default yes: whoever starts Stillwatch looks first.</summary>
    public bool Shadow { get; init; } = true;

    /// <summary>Whether a case is opened for each campaign that is flagged. Default yes.</summary>
    public bool OpensCases { get; init; } = true;

    /// <summary>The lowest rung that one person has to approve.</summary>
    public Rung OnePersonFrom { get; init; } = Rung.Warn;

    /// <summary>The lowest rung that two people have to approve.</summary>
    public Rung TwoPeopleFrom { get; init; } = Rung.Suspend;

    /// <summary>How customers appeal, in a sentence or an address that they are told.</summary>
    public string Appeal { get; init; } = "POST /v1/safety/cases/{case}/appeals with your API key, or write to whoever runs this service.";

    /// <summary>Hours that a customer's appeal may wait before it is overdue.</summary>
    public int AppealHours { get; init; } = 72;

    /// <summary>The rules, by which each is asked in turn.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>How many people must approve a measure of <paramref name="rung"/>: 0, 1 or 2.</summary>
    public int Needs(Rung rung) =>
        rung >= TwoPeopleFrom ? 2
        : rung >= OnePersonFrom ? 1
        : 0;

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault() =>
        Version < 1 ? "version: 1 or more is wanted"
        : TwoPeopleFrom < OnePersonFrom ? "two_people_from: it may not be below one_person_from"
        : OnePersonFrom > Rung.StepUp ? "one_person_from: step_up or lower is wanted: nobody's requests are refused by a rule alone"
        : TwoPeopleFrom > Rung.Suspend ? "two_people_from: suspend or lower is wanted"
        : Appeal.Length is 0 or > 500 ? "appeal: 1 to 500 characters are taken"
        : AppealHours is < 1 or > 8760 ? "appeal_hours: 1 to 8,760 are taken"
        : Rules.GroupBy(rule => rule.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"rules: '{twice.Key}' stands twice"
        : Rules.Select((rule, index) => (index, Fault: rule.Fault())).FirstOrDefault(one => one.Fault != null) is (var at, { } fault)
            ? $"rules[{at}] ({Rules[at].Id}): {fault}"
        : null;
}
