using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Tests.Countermeasures;

/// <summary>Measures for tests: whole, of one week, and nothing wrong with them.</summary>
internal static class AMeasure
{
    /// <summary>When time begins in tests.</summary>
    public static readonly EventTime Start = new(1_772_409_600L * EventTime.Second);

    /// <summary>An account.</summary>
    public static Subject Account(string name) => new(SubjectKind.Account, name);

    /// <summary>A measure on accounts.</summary>
    public static Measure On(ulong id, Rung rung, params string[] accounts) => Of(id, rung, [.. accounts.Select(Account)]);

    /// <summary>A measure.</summary>
    public static Measure Of(ulong id, Rung rung, params Subject[] subjects) =>
        new(MeasureId.Of(id), subjects, rung, Terms(rung))
        {
            ReasonCode = ReasonCodes.DistillationSuspected,
            From = Start,
            Until = new(Start.Micros + 7 * EventTime.Day),
        };

    /// <summary>The same, decided.</summary>
    public static StandingMeasure Decided(Measure measure, params string[] accounts) =>
        new(measure, "ana", Start)
        {
            State = MeasureState.Decided,
            DecidedAt = Start,
            Accounts = [.. accounts],
        };

    /// <summary>A moment so many days after the start.</summary>
    public static EventTime Day(double days) => new(Start.Micros + (long)(days * EventTime.Day));

    /// <summary>Terms that a rung takes.</summary>
    public static MeasureTerms Terms(Rung rung) =>
        rung switch
        {
            Rung.Tag => new() { Tag = "campaign" },
            Rung.Slow => new() { SlowMilliseconds = 100 },
            Rung.Strip => new() { Strip = Capability.LogProbabilities },
            Rung.Warn => new() { DeadlineDays = 3 },
            Rung.Restrict => new() { RequestsPerMinute = 10 },
            Rung.FallBack => new() { FallBackModel = "small" },
            _ => MeasureTerms.None,
        };
}
