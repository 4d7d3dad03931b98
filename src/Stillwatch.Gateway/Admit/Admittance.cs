using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Admit;

/// <summary>
/// 3. admit: what a request may come to is taken from its account's limits, and never less than what any server could make of it.
/// </summary>
internal sealed class Admittance(GatewayServices services)
{
    private const int LeastInput = 16;

    /// <summary>Why a request is not admitted; null where it is. The exchange gets its reservation.</summary>
    public Refusal? Check(Exchange exchange)
    {
        var tier = exchange.Key!.Account.Tier;
        ref readonly var facts = ref exchange.Facts;
        long most =
            !exchange.Format.Writes ? 0
            : facts.MaxTokens >= 0 ? facts.MaxTokens
            : tier.AssumedOutputTokens;
        var input = exchange.Request.Length / 2 + (long)LeastInput; // no tokenizer makes more than one token of two bytes of ordinary text
        var output = Need.Times(Need.Times(most, facts.Count), facts.Prompts);
        var need = new Need(input, output, exchange.Options.Cost(facts.Model, input, output));
        var refusal = services.Admission.TryAdmit(exchange.Key, facts.Model, need, out exchange.Reservation);
        services.Admission.Headers(exchange.Reservation, exchange.Format, exchange.Http.Response.Headers);
        return refusal;
    }
}
