using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Countermeasures;

/// <summary>How much a countermeasure does. What a rung does not use has to be left out.</summary>
public sealed record MeasureTerms
{
    /// <summary>The longest that a request may be made to wait, in milliseconds: clients give up after longer waits.</summary>
    public const int MostSlow = 10_000;

    /// <summary>What can be taken out of an exchange and leaves an answer.</summary>
    public const Capability Strippable =
        Capability.LogProbabilities
        | Capability.PromptLogProbabilities
        | Capability.LogitBias
        | Capability.SeveralAnswers
        | Capability.Seed
        | Capability.Echo
        | Capability.Reasoning
        | Capability.ReasoningSummary;

    /// <summary>Nothing.</summary>
    public static MeasureTerms None { get; } = new();

    /// <summary>What the exchange is tagged with; null for none.</summary>
    public string? Tag { get; init; }

    /// <summary>How long a request waits before it is passed on, in milliseconds, 1 to 10,000; 0 for not at all.</summary>
    public int SlowMilliseconds { get; init; }

    /// <summary>What is taken out of requests and answers.</summary>
    public Capability Strip { get; init; }

    /// <summary>What may not be asked for.</summary>
    public Capability Deny { get; init; }

    /// <summary>The models that may be used, exact or with a star at the end; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Requests a minute; 0 for no limit of this measure's.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>The model that answers in the place of the one that was asked; null for none.</summary>
    public string? FallBackModel { get; init; }

    /// <summary>Days that a warned customer has, 1 to 90; 0 where nobody is warned.</summary>
    public int DeadlineDays { get; init; }

    /// <summary>What is wrong with them for <paramref name="rung"/>; null for nothing.</summary>
    public string? Fault(Rung rung) =>
        SlowMilliseconds is < 0 or > MostSlow ? $"slow_milliseconds {SlowMilliseconds}: 1 to {MostSlow:N0} are taken"
        : (Strip & ~Strippable) != 0
            ? $"strip: {CapabilityWords.Of(Strip & ~Strippable)} cannot be taken out of an exchange; a restriction may deny it"
        : RequestsPerMinute < 0 ? $"requests_per_minute {RequestsPerMinute}: 0 or more is wanted"
        : DeadlineDays is < 0 or > 90 ? $"deadline_days {DeadlineDays}: 1 to 90 are taken"
        : Tag is { Length: 0 or > 64 }
        || Tag?.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) == true
            ? "tag: 1 to 64 letters, digits, dots, dashes and underscores are taken"
        : rung switch
        {
            Rung.Tag when Tag == null => "a tag wants 'tag'",
            Rung.Slow when SlowMilliseconds == 0 => "slowing wants 'slow_milliseconds'",
            Rung.Strip when Strip == 0 => "stripping wants 'strip'",
            Rung.Warn when DeadlineDays == 0 => "a warning wants 'deadline_days'",
            Rung.Restrict when Deny == 0 && Models.Count == 0 && RequestsPerMinute == 0 =>
                "a restriction wants 'deny', 'models' or 'requests_per_minute'",
            Rung.FallBack when string.IsNullOrEmpty(FallBackModel) => "falling back wants 'fall_back_model'",
            _ => Unused(rung) is { } unused ? $"'{unused}' means nothing for {RungWords.Of(rung)}" : null,
        };

    /// <summary>A field that is set and that <paramref name="rung"/> does not use.</summary>
    private string? Unused(Rung rung) =>
        Tag != null && rung != Rung.Tag ? "tag"
        : SlowMilliseconds != 0 && rung != Rung.Slow ? "slow_milliseconds"
        : Strip != 0 && rung != Rung.Strip ? "strip"
        : DeadlineDays != 0 && rung != Rung.Warn ? "deadline_days"
        : (Deny != 0 || Models.Count > 0 || RequestsPerMinute != 0) && rung != Rung.Restrict ? "deny, models, requests_per_minute"
        : FallBackModel != null && rung != Rung.FallBack ? "fall_back_model"
        : null;
}
