using Stillwatch.Countermeasures;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Signals;

namespace Stillwatch.Decisions;

/// <summary>
/// The policy where none was decided: in shadow as a whole, with rules that are live once the shadow is lifted. It is a start to change,
/// not
/// a recommendation for every provider; docs/policy.md says why each rule is there.
/// </summary>
public static class StandardPolicy
{
    private const Capability Dear =
        Capability.LogProbabilities
        | Capability.PromptLogProbabilities
        | Capability.LogitBias
        | Capability.SeveralAnswers
        | Capability.Echo
        | Capability.Reasoning
        | Capability.ReasoningSummary;

    /// <summary>The policy.</summary>
    public static Policy Value { get; } =
        new()
        {
            Rules =
            [
                // Whatever a flagged campaign is taken for, people and model servers can tell its exchanges.
                new("tag-campaigns", 1, Rung.Tag)
                {
                    Mode = RuleMode.Live,
                    Terms = new() { Tag = "campaign" },
                    Days = 30,
                },
                // What teaches a student most costs an honest caller least: the answer stays.
                new("strip-campaigns", 1, Rung.Strip)
                {
                    Mode = RuleMode.Live,
                    Terms = new() { Strip = Dear },
                    Verdicts = [Verdict.Lab, Verdict.Unknown],
                    LeastBits = 5,
                    LeastAccounts = 2,
                    Days = 14,
                },
                // A person looks before anybody is refused.
                new("refuse-labs", 1, Rung.Refuse)
                {
                    Mode = RuleMode.Live,
                    Verdicts = [Verdict.Lab],
                    LeastBits = 8,
                    LeastAccounts = 5,
                    Days = 30,
                },
                // Of a reseller only the end users that harvest; its customers are spared.
                new("refuse-harvesters", 1, Rung.Refuse)
                {
                    Mode = RuleMode.Live,
                    Verdicts = [Verdict.Reseller],
                    LeastBits = 5,
                    EndUsersOnly = true,
                    TakesReplacements = false,
                    Days = 30,
                },
            ],
        };
}
