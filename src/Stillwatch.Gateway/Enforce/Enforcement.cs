using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Enforce;

/// <summary>
/// 4. enforce: what was decided about the sender, then what the account's tier lets it ask for, of a body that all servers read alike. What
/// is denied comes first: who is not allowed something learns that, whatever else is wrong.
/// </summary>
internal sealed class Enforcement(GatewayServices services)
{
    /// <summary>
    /// What an answer carries, and a server may hand out unasked. What only a request can ask for is refused, and no answer is looked
    /// through for it.
    /// </summary>
    private const Capability Carried =
        Capability.LogProbabilities | Capability.PromptLogProbabilities | Capability.Reasoning | Capability.ReasoningSummary;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly MeasureEnforcement _measures = new(services);
    private readonly ReleaseEnforcement _releases = new(services);
    private readonly LogitLockdown _logits = new(services);

    /// <summary>Why a request goes no further; null where it may. The exchange gets the model's name as servers know it.</summary>
    public Refusal? Check(Exchange exchange)
    {
        if ((_measures.Check(exchange) ?? CheckTier(exchange)) is { } refusal)
        {
            return refusal;
        }

        EnforcedHeaders.Add(
            exchange.Http.Response.Headers,
            exchange.Enforced,
            exchange.Strip,
            MeasureEnforcement.FallsBackTo(exchange) == null ? null : exchange.Facts.Model
        );
        return null;
    }

    /// <summary>Has a request wait that a measure slows down; for no longer than its client does.</summary>
    public async ValueTask SlowAsync(Exchange exchange)
    {
        exchange.Wait(services.Clock, Phase.None); // it is not the client that is waited for
        var began = services.Clock.GetTimestamp();
        var whole = TimeSpan.FromMilliseconds(exchange.Enforced!.SlowMilliseconds);
        while (
            !exchange.ClientGone
            && !exchange.Http.RequestAborted.IsCancellationRequested
            && services.Clock.GetElapsedTime(began) is var passed
            && passed < whole
        )
        {
            await Task.Delay(whole - passed < Look ? whole - passed : Look, services.Clock);
        }
    }

    private Refusal? CheckTier(Exchange exchange)
    {
        var options = exchange.Options;
        ref readonly var facts = ref exchange.Facts;
        var tier = exchange.Key!.Account.Tier;
        if (!facts.IsObject)
        {
            var matters =
                tier.Models.Count > 0
                || tier.Denied != 0 // what it asks for cannot be told
                || exchange.Strip != 0
                || !services.Releases.Register.IsEmpty
                // nor what it comes to
                || exchange.Format.Dialect != Dialect.Other && (tier.IsLimited || options.Prices.Count > 0 || options.ModelNames.Count > 0);
            return !FailurePolicies.MayGoUndecoded(services, exchange, matters)
                ? Refusal.Bad($"The request's body is not one JSON object in UTF-8, of at most {RequestFacts.MostDepth} levels.")
                : null;
        }

        // also where it comes unasked, or was asked in a way that nobody knows
        exchange.Strip |= exchange.Format.Dialect == Dialect.Other ? Capability.None : tier.Denied & Carried;
        var denied = tier.Denied & (facts.Asked | exchange.Format.Gives);
        if (denied != 0)
        {
            return Refusal.Forbidden($"This account may not ask for {CapabilityWords.Of(denied)}.", "capability_not_allowed");
        }

        if (facts.Unclear != null)
        {
            return Refusal.Bad(
                $"The field '{Refusal.Short(facts.Unclear)}' stands twice, or in other letters than it should have: model servers "
                    + $"would read it differently. Send each field once, in small letters.",
                "ambiguous_request"
            );
        }

        if (facts.NoNumber != null)
        {
            return Refusal.Bad(
                $"'{Refusal.Short(facts.NoNumber)}' must be a whole number, and not one below 0 where it counts answers.",
                "invalid_value"
            );
        }

        if (_logits.Check(exchange) is { } locked)
        {
            return locked;
        }

        if (facts.Model == null)
        {
            return Refusal.Bad("The request names no model: set 'model' to one that /v1/models lists.", "model_not_given");
        }

        if (!tier.Allows(facts.Model))
        {
            return Refusal.Forbidden($"The model '{Refusal.Short(facts.Model)}' is not open to this account.", "model_not_allowed");
        }

        if (
            facts.OtherModels != null
            && (
                tier.Models.Count > 0
                || options.Prices.Count > 0
                || !services.Releases.Register.IsEmpty
                || exchange.Enforced is { Models.Length: > 0 } or { FallBackModel: not null }
            )
        )
        {
            return Refusal.Forbidden(
                $"This account may not name further models ('{Refusal.Short(facts.OtherModels)}'): name one in 'model'.",
                "model_not_allowed"
            );
        }

        var wanted = MeasureEnforcement.FallsBackTo(exchange) ?? facts.Model;
        exchange.Model = options.ModelNames.GetValueOrDefault(wanted, wanted);
        if (
            (_releases.Check(exchange, wanted) ?? (exchange.Model == wanted ? null : _releases.Check(exchange, exchange.Model))) is
            { } withheld
        )
        {
            return withheld;
        }

        if (!services.Upstreams.Serve(exchange.Model))
        {
            return Refusal.NotFound($"The model '{Refusal.Short(facts.Model)}' does not exist or no server has it.", "model_not_found");
        }

        _releases.Served(exchange, wanted);

        if (exchange.Format.IsKept && facts.InConversation)
        {
            return Refusal.NotFound(
                "Conversations that the model server keeps are not passed on: send the earlier turns, or 'previous_response_id'.",
                "conversation_not_found"
            );
        }

        if (exchange.Format.IsKept && facts.RefersToItems)
        {
            return Refusal.NotFound(
                "Items that the model server keeps are not passed on by their ids ('item_reference'): send the items themselves, or "
                    + "'previous_response_id'.",
                "item_not_found"
            );
        }

        if (exchange.Format.IsKept && facts.Previous is { } previous && !services.Owners.IsOwner(previous, exchange.Key.Account.Name))
        {
            return Refusal.NotFound($"Previous response with id '{Refusal.Short(previous)}' not found.", "previous_response_not_found");
        }

        return null;
    }
}
