using Stillwatch.Exchanges;
using Stillwatch.Gateway.Admit;

namespace Stillwatch.Gateway.Settle;

/// <summary>9. settle: what an exchange pays of its account's limits, against what was reserved for it.</summary>
internal sealed class Settlement(GatewayServices services)
{
    private const int BytesPerToken = 8; // no tokenizer makes fewer tokens of an answer's bytes, events and all

    /// <summary>Settles an exchange that has ended, whatever way.</summary>
    public void Settle(Exchange exchange)
    {
        var used = default(Need);
        if (exchange.FirstByte != 0)
        {
            // What was reported counts where the answer came to its end. One that was left before that had its figures still to come: then
            // what was handed out counts, if it is more.
            var (input, output) = exchange.Usage;
            var delivered = exchange.Format.Writes
                ? Math.Max(exchange.End.Events, (exchange.Journaled + exchange.Have) / BytesPerToken)
                : 0;
            input = input >= 0 ? input : Math.Min(exchange.Reservation.Need.InputTokens, exchange.Request.Length / 4 + 1);
            output =
                output < 0 ? delivered
                : exchange.Outcome == Outcome.Complete ? output
                : Math.Max(output, delivered);
            services.Metrics.Used(exchange, input, output);
            used = new Need(input, output, exchange.Options.Cost(exchange.Facts.Model, input, output));
        }

        exchange.Reservation.Settle(used);
    }
}
