using Stillwatch.Countermeasures;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Enforce;

/// <summary>
/// 4a. enforce: what people and rules decided about the sender of a request. It reads a plan that is plain data and waits for nobody.
/// </summary>
internal sealed class MeasureEnforcement(GatewayServices services)
{
    private const string ByHand = "by hand",
        CasePlace = "{case}";

    private readonly MeasureRates _rates = new(services.Clock);

    /// <summary>Why a request goes no further; null where it may. The exchange gets what is done to it.</summary>
    public Refusal? Check(Exchange exchange)
    {
        var key = exchange.Key!;
        var (plan, shadow) = (services.Plans.Current, services.Plans.Shadow);
        if (plan.IsEmpty && shadow.IsEmpty)
        {
            return null;
        }

        ref readonly var facts = ref exchange.Facts;
        var now = services.Now();
        if (shadow.Find(key, facts.EndUser, now, services.Fingerprints) is { } wouldBe)
        {
            Count(wouldBe, isShadow: true);
        }

        if (plan.Find(key, facts.EndUser, now, services.Fingerprints) is not { } enforced)
        {
            return null;
        }

        if (services.Plans.SecondsSinceAnswer > exchange.Options.MostPlanAgeSeconds)
        {
            var kept = exchange.Options.PlanFault;
            services.Metrics.Policy(
                "plan",
                kept == OnPlanFault.ClosedForListed ? "closed"
                    : kept == OnPlanFault.Open ? "open"
                    : "keep"
            );
            if (kept != OnPlanFault.Keep)
            {
                return kept == OnPlanFault.ClosedForListed ? FailurePolicies.Unavailable : null;
            }
        }

        Count(enforced, isShadow: false);
        if (enforced.Refusing is { } refusing)
        {
            return Refused(refusing, plan.Appeal);
        }

        if (
            enforced.RequestsPerMinute > 0
            && _rates.TryTake($"{enforced.Rate!.Id}/{key.Account.Name}", enforced.RequestsPerMinute) is var wait and > 0
        )
        {
            return Tell(
                Refusal.Limited(
                    "requests",
                    $"This account may send {enforced.RequestsPerMinute:N0} requests a minute for now. Please try again later.",
                    wait
                ),
                enforced.Rate,
                plan.Appeal
            );
        }

        var denied = enforced.Deny & (facts.Asked | exchange.Format.Gives);
        if (denied != 0 || !facts.IsObject && (enforced.Deny != 0 || enforced.Models.Length > 0 || enforced.FallBackModel != null))
        {
            return Tell(
                Refusal.Forbidden(
                    facts.IsObject
                        ? $"This account may not ask for {CapabilityWords.Of(denied)} for now."
                        : "A body that cannot be read is not taken from this account for now.",
                    "capability_restricted"
                ),
                enforced.Measures.First(one => one.Rung is Rung.Restrict or Rung.FallBack),
                plan.Appeal
            );
        }

        if (facts.Model != null && !enforced.Allows(facts.Model))
        {
            return Tell(
                Refusal.Forbidden($"The model '{Refusal.Short(facts.Model)}' is not open to this account for now.", "model_restricted"),
                enforced.Measures.First(one => one.Terms.Models.Count > 0),
                plan.Appeal
            );
        }

        exchange.Enforced = enforced;
        exchange.Strip |= enforced.Strip;
        return null;
    }

    /// <summary>The model that answers in the place of the one that was asked for; null where that one does.</summary>
    public static string? FallsBackTo(Exchange exchange) =>
        exchange.Enforced?.FallBackModel is { } other && other != exchange.Facts.Model ? other : null;

    private static Refusal Refused(Measure measure, string appeal) =>
        measure.Rung switch
        {
            Rung.Suspend => Tell(
                Refusal.Forbidden("This account is suspended. The case says why, until when, and how to appeal.", "account_suspended"),
                measure,
                appeal
            ),
            Rung.RevokeKey => Tell(
                Refusal.Unauthorized("This API key was revoked, as it seems to be in other hands. Make a new one; your account goes on."),
                measure,
                appeal
            ),
            Rung.StepUp => Tell(
                Refusal.Forbidden(
                    "This account has to verify before it can go on. The case says how, and how to appeal.",
                    ReasonCodes.VerificationRequired
                ),
                measure,
                appeal
            ),
            _ => Tell(
                Refusal.Forbidden(
                    "This request was refused by a decision about this account, not by the model. The case says until when.",
                    "request_refused"
                ),
                measure,
                appeal,
                inDialect: true
            ),
        };

    private static Refusal Tell(Refusal refusal, Measure measure, string appeal, bool inDialect = false)
    {
        var reference = measure.Case?.ToString() ?? measure.Id.ToString();
        var how =
            measure.Case == null && appeal.Contains(CasePlace, StringComparison.Ordinal)
                ? $"Write to whoever runs this service, with the reference {reference}." // without a case there is nothing to appeal at
                : appeal.Replace(CasePlace, reference, StringComparison.Ordinal);
        return refusal with { Disclosure = new(measure.ReasonCode, reference, how, inDialect) };
    }

    private void Count(Enforced enforced, bool isShadow)
    {
        foreach (var measure in enforced.Measures)
        {
            services.Metrics.Measured(RungWords.Of(measure.Rung), measure.Rule ?? ByHand, isShadow);
        }
    }
}
