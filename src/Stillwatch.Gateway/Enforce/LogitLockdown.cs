using System.Collections.Concurrent;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Surface;
using Stillwatch.Sketches;

namespace Stillwatch.Gateway.Enforce;

/// <summary>
/// 4c. enforce: what would let a caller read the model's last layer off its answers is not served, to whatever tier: weights on tokens
/// together with log-probabilities, and weights on very many tokens. Who walks the vocabulary with few at a time is told to people.
/// </summary>
internal sealed class LogitLockdown(GatewayServices services)
{
    /// <summary>Tokens of one request whose chances may be changed: as many as OpenAI takes.</summary>
    public const int MostTokens = 300;

    /// <summary>
    /// Different tokens of an account in a day from which on people are told: a list of words to avoid has some dozens, and is the same in
    /// every request; the hidden size of a model, which a sweep has to exceed, is a thousand or more.
    /// </summary>
    public const int MostDistinct = 1_000;

    private const int MostAccounts = 100_000;

    private readonly ConcurrentDictionary<string, Swept> _swept = new(StringComparer.Ordinal);

    /// <summary>Why a request goes no further; null where it may.</summary>
    public Refusal? Check(Exchange exchange)
    {
        ref readonly var facts = ref exchange.Facts;
        var asked = facts.Asked & ~exchange.Strip; // what is taken out of the request is not asked for any more
        if (!exchange.Options.LogitLockdown || !asked.HasFlag(Capability.LogitBias) || !facts.IsObject)
        {
            return null;
        }

        if ((asked & (Capability.LogProbabilities | Capability.PromptLogProbabilities)) != 0)
        {
            return Refusal.Bad("'logit_bias' and log-probabilities exclude each other: ask for one of them.", "logit_bias_with_logprobs");
        }

        var tokens = BiasedTokens.Of(exchange.Request.Body.Span);
        if (tokens.Count > MostTokens)
        {
            return Refusal.Bad($"'logit_bias' takes {MostTokens} tokens at most.", "logit_bias_too_long");
        }

        Watch(exchange.Key!.Account.Name, tokens);
        return null;
    }

    private void Watch(string account, List<ulong> tokens)
    {
        var day = services.Now().Window(Exchanges.EventTime.Day);
        if (_swept.Count >= MostAccounts)
        {
            _swept.Clear(); // who sweeps is seen again within the day
        }

        var swept = _swept.GetOrAdd(account, static _ => new());
        lock (swept)
        {
            if (swept.Day != day)
            {
                (swept.Day, swept.Tokens, swept.IsTold) = (day, default, false);
            }

            foreach (var token in tokens)
            {
                swept.Tokens.Add(token);
            }

            if (swept.IsTold || swept.Tokens.Estimate() < MostDistinct)
            {
                return;
            }

            swept.IsTold = true;
        }

        services.Metrics.Policy("logit_sweep", "alert");
        services.Alert?.Invoke(
            new(
                account,
                "logit_sweep",
                $"{account} has changed the chances of more than {MostDistinct:N0} different tokens today (logit_bias): that is how the "
                    + "last layer of a model is read off its answers. A list of words to avoid has some dozens, the same in every request."
            )
        );
    }

    private sealed class Swept
    {
        public long Day = long.MinValue;
        public DistinctBits Tokens;
        public bool IsTold;
    }
}
