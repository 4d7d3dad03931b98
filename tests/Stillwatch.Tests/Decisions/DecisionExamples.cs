using Stillwatch.Capabilities;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Signals;
using Stillwatch.Tests.Countermeasures;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

/// <summary>One decision of each kind and more, each with the text that it is on disk.</summary>
internal static class DecisionExamples
{
    private const string Terms =
        """{"tag":"campaign","slow_milliseconds":0,"strip":"none","deny":"none","models":[],"requests_per_minute":0,"deadline_days":0}""";

    private static readonly CaseId Case = CaseId.Of(1);
    private static readonly MeasureId Measure = MeasureId.Of(2);
    private static readonly ReleaseId Release = ReleaseId.Of(3);
    private static readonly Subject Account = new(SubjectKind.Account, "a:b/c");
    private static readonly CampaignId Campaign = CampaignId.OfValue((1L << 36) | 33);

    /// <summary>The decisions with their texts.</summary>
    public static (Decision What, string Json)[] All { get; } =
    [
        (
            new CaseOpened(Case, "Two “keys”", [Account, new(SubjectKind.Campaign, "c-0000011")], Campaign),
            Flat(
                """
                {"kind":"case_opened","case":"case-00000001","title":"Two \u201Ckeys\u201D",
                "subjects":["account:a:b/c","campaign:c-0000011"],"campaign":"c-0000011"}
                """
            )
        ),
        (new CaseOpened(Case, "t", [], null), """{"kind":"case_opened","case":"case-00000001","title":"t","subjects":[]}"""),
        (new CaseAssigned(Case, "ana"), """{"kind":"case_assigned","case":"case-00000001","to":"ana"}"""),
        (new CaseAssigned(Case, null), """{"kind":"case_assigned","case":"case-00000001"}"""),
        (new CaseNoted(Case, "a\nb"), """{"kind":"case_noted","case":"case-00000001","text":"a\nb"}"""),
        (
            new CaseFollowed(Case, Campaign, "it goes on"),
            """{"kind":"case_followed","case":"case-00000001","campaign":"c-0000011","text":"it goes on"}"""
        ),
        (
            new HypothesisWeighed(Case, Hypothesis.ContractWork, 0.25, ["for"], []),
            """{"kind":"hypothesis_weighed","case":"case-00000001","hypothesis":"contract_work","probability":0.25,"for":["for"],"against":[]}"""
        ),
        (
            new CustomerNoticed(Case, Account, "hello", AMeasure.Day(1)),
            """{"kind":"customer_noticed","case":"case-00000001","subject":"account:a:b/c","text":"hello","deadline":"2026-03-03T00:00:00.000Z"}"""
        ),
        (
            new CustomerNoticed(Case, Account, "hello", null),
            """{"kind":"customer_noticed","case":"case-00000001","subject":"account:a:b/c","text":"hello"}"""
        ),
        (new AppealFiled(Case, Account, "no"), """{"kind":"appeal_filed","case":"case-00000001","subject":"account:a:b/c","text":"no"}"""),
        (
            new AppealAnswered(Case, Account, true),
            """{"kind":"appeal_answered","case":"case-00000001","subject":"account:a:b/c","granted":true}"""
        ),
        (
            new CasesMerged(Case, [CaseId.Of(4), CaseId.Of(5)]),
            """{"kind":"cases_merged","into":"case-00000001","cases":["case-00000004","case-00000005"]}"""
        ),
        (
            new CaseSplit(Case, CaseId.Of(4), "part", [Account]),
            """{"kind":"case_split","case":"case-00000001","part":"case-00000004","title":"part","subjects":["account:a:b/c"]}"""
        ),
        (new CaseClosed(Case, Finding.StolenKey), """{"kind":"case_closed","case":"case-00000001","finding":"stolen_key"}"""),
        (new CaseReopened(Case), """{"kind":"case_reopened","case":"case-00000001"}"""),
        (
            new MeasureProposed(AMeasure.On(2, Rung.Tag, "a") with { Case = Case, Rule = "tag@1", Needs = 2, IsShadow = true }, ["x"]),
            Flat(
                $$$"""
                {"kind":"measure_proposed","measure":{"id":"cm-00000002","subjects":["account:a"],"rung":"tag","terms":{{{Terms}}},
                "reason_code":"distillation_suspected","from":"2026-03-02T00:00:00.000Z","until":"2026-03-09T00:00:00.000Z",
                "case":"case-00000001","rule":"tag@1","is_shadow":true,"takes_replacements":false,"needs":2},"accounts":["x"]}
                """
            )
        ),
        (new MeasureApproved(Measure), """{"kind":"measure_approved","measure":"cm-00000002"}"""),
        (new MeasureRejected(Measure), """{"kind":"measure_rejected","measure":"cm-00000002"}"""),
        (new MeasureReached(Measure, ["a", "b"]), """{"kind":"measure_reached","measure":"cm-00000002","accounts":["a","b"]}"""),
        (new MeasureUndone(Measure), """{"kind":"measure_undone","measure":"cm-00000002"}"""),
        (
            new PolicyProposed(
                new()
                {
                    Version = 2,
                    Appeal = "write",
                    Rules =
                    [
                        new("tag", 1, Rung.Tag)
                        {
                            Terms = AMeasure.Terms(Rung.Tag),
                            Verdicts = [Verdict.HonestBulk],
                            LeastBits = 5.5,
                        },
                    ],
                }
            ),
            Flat(
                $$$"""
                {"kind":"policy_proposed","policy":{"version":2,"shadow":true,"opens_cases":true,"one_person_from":"warn",
                "two_people_from":"suspend","appeal":"write","appeal_hours":72,
                "rules":[{"id":"tag","version":1,"rung":"tag","mode":"shadow","terms":{{{Terms}}},"verdicts":["honest_bulk"],"least_bits":5.5,
                "least_accounts":1,"tiers":[],"spares_verified":true,"except":[],"end_users_only":false,"days":7,"delay_hours":0,
                "takes_replacements":true,"reason_code":"distillation_suspected","name":"tag@1"}]}}
                """
            )
        ),
        (new PolicyApproved(2), """{"kind":"policy_approved","version":2}"""),
        (
            new GateSet(new("m*", Capability.LogProbabilities | Capability.Tools), true),
            """{"kind":"gate_set","gate":{"model":"m*","capability":"log_probabilities, tools"},"is_gated":true}"""
        ),
        (
            new ReleaseProposed(new(Release, new("m", Capability.None), [new(["paid"], 0.05)], new() { Accounts = 7, Unknown = ["x"] })),
            Flat(
                """
                {"kind":"release_proposed","release":{"id":"rel-00000003","gate":{"model":"m","capability":"none"},
                "stages":[{"tiers":["paid"],"share":0.05}],
                "exposure":{"accounts":7,"flagged_accounts":0,"exchanges":0,"flagged_exchanges":0,"campaigns":0,"unknown":["x"]}}}
                """
            )
        ),
        (new ReleaseReviewed(Release), """{"kind":"release_reviewed","release":"rel-00000003"}"""),
        (new ReleaseApproved(Release), """{"kind":"release_approved","release":"rel-00000003"}"""),
        (new ReleaseStaged(Release, 1), """{"kind":"release_staged","release":"rel-00000003","stage":1}"""),
        (new ReleaseRejected(Release), """{"kind":"release_rejected","release":"rel-00000003"}"""),
        (new ReleaseRolledBack(Release), """{"kind":"release_rolled_back","release":"rel-00000003"}"""),
        (new PersonPut("ana", Role.Analyst | Role.ReleaseOwner), """{"kind":"person_put","name":"ana","roles":"analyst, release_owner"}"""),
        (new TokenIssued("ana", "ab"), """{"kind":"token_issued","name":"ana","sha256":"ab"}"""),
        (new PersonRemoved("ana"), """{"kind":"person_removed","name":"ana"}"""),
        (new TextRead("x1", Case), """{"kind":"text_read","exchange":"x1","case":"case-00000001"}"""),
        (new TextRead("x1", null), """{"kind":"text_read","exchange":"x1"}"""),
    ];

    private static string Flat(string lines) => lines.ReplaceLineEndings("");
}
