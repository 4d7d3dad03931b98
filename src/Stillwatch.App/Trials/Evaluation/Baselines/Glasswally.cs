using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>
/// After Glasswally (m0rs3c0d3/Glasswally on GitHub, commit 300eedc), the nearest open system: eight of its sixteen rules, written anew
/// with its thresholds and weights. Each exchange gets a sum, as there; the account gets the highest of its sums.
/// </summary>
/// <remarks>
/// <para>In, by its names and with its weights, and what stands in for what features lack:</para>
/// <list type="bullet">
/// <item>velocity 0.10: requests an hour, even gaps, even tokens in, hours of the night in UTC;</item>
/// <item>cot 0.09: <see cref="ExchangeFeatures.Elicitation"/> in the place of its phrases, five of its seven domains;</item>
/// <item>biometric 0.05: <see cref="ExchangeFeatures.Skeleton"/> and <see cref="ExchangeFeatures.Opening"/> in the place of hashes of the
/// prompt's form and of its first 30 characters, words in the place of characters;</item>
/// <item>session_gap 0.04: sessions at even distances and of even size;</item>
/// <item>role_preamble 0.06: only that one system prompt is used again and again;</item>
/// <item>pivot 0.05: only that the account changed its model;</item>
/// <item>fingerprint 0.14: only that the account shows three TLS handshakes or more, JA4 in the place of JA3;</item>
/// <item>sequence_model 0.02: 16 cells of the topic space in the place of 12 lists of words.</item>
/// </list>
/// <para>
/// Out, because this harness scores single accounts: hydra (groups by payment and network) and its raise of the sum, timing_cluster, and
/// what pivot, role_preamble, fingerprint and asn_classifier read of other accounts. Out, because features hold no text: embed, watermark,
/// refusal_probe, and the phrases of role_preamble. Out, because features lack the field: h2_grpc, the header rules and lists of JA3 in
/// fingerprint, the names of networks in asn_classifier, max_tokens in token_budget, the country that raises a sum.
/// </para>
/// <para>
/// What is in adds up to 0.341 at most, and its lowest alert is at 0.35. So only the ranking can be compared here, not its alerts. It reads
/// its windows off the clock; here they end at the exchange, so that a log of the past is judged as if it were live.
/// </para>
/// </remarks>
internal sealed class Glasswally : Baseline
{
    private const int ManyHandshakes = 3;
    private const int FewestSystems = 5;

    /// <inheritdoc/>
    public override string Name => "Glasswally-like (8 rules)";

    /// <summary>What the first step that holds is worth; 0 where none does.</summary>
    public static double Either(bool high, double worthHigh, bool low, double worthLow) =>
        high ? worthHigh
        : low ? worthLow
        : 0;

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all)
    {
        ExchangeFeatures[] life = [.. exchanges];
        var (day, hour, highest) = (0, 0, 0.0);
        for (var i = 0; i < life.Length; i++)
        {
            day = Since(life, day, life[i].At.Micros - EventTime.Day);
            hour = Since(life, hour, life[i].At.Micros - EventTime.Hour);
            highest = Math.Max(highest, Sum(life.AsSpan(0, i + 1), life.AsSpan(day..(i + 1)), life.AsSpan(hour..(i + 1))));
        }

        return highest;
    }

    /// <summary>The weighted sum for the last exchange of <paramref name="life"/>, with its last day and its last hour.</summary>
    private static double Sum(
        ReadOnlySpan<ExchangeFeatures> life,
        ReadOnlySpan<ExchangeFeatures> day,
        ReadOnlySpan<ExchangeFeatures> hour
    ) =>
        0.14 * Sure(Handshakes(life, day.Length))
        + 0.10 * Sure(GlasswallyTimes.Velocity(hour, day))
        + 0.09 * Sure(GlasswallyPrompts.Elicits(hour))
        + 0.06 * Sure(OneSystem(day))
        + 0.05 * Sure(ModelChange(day))
        + 0.05 * Sure(GlasswallyPrompts.Template(hour))
        + 0.04 * Sure(GlasswallyTimes.Sessions(day))
        + 0.02 * Sure(GlasswallyPrompts.TopicWalk(day));

    /// <summary>A score counts four tenths at no confidence and whole at full confidence.</summary>
    private static double Sure((double Score, double Confidence) rule) => rule.Score * (0.4 + 0.6 * rule.Confidence);

    private static int Since(ExchangeFeatures[] life, int from, long micros)
    {
        while (life[from].At.Micros < micros)
        {
            from++;
        }

        return from;
    }

    private static (double Score, double Confidence) Handshakes(ReadOnlySpan<ExchangeFeatures> life, int ofDay)
    {
        HashSet<ulong> seen = [];
        foreach (ref readonly var one in life)
        {
            if (one.Tls != 0)
            {
                seen.Add(one.Tls);
            }
        }

        // Its confidence lowers the score here and once more in the sum. That is how it is published.
        var confidence = Math.Min(1, ofDay / 20.0);
        return life[^1].Tls == 0 || seen.Count < ManyHandshakes ? (0, 0) : (0.20 * (0.4 + 0.6 * confidence), confidence);
    }

    private static (double Score, double Confidence) OneSystem(ReadOnlySpan<ExchangeFeatures> day)
    {
        var (with, same) = (0, 0);
        foreach (ref readonly var one in day)
        {
            with += one.System != 0 ? 1 : 0;
            same += one.System != 0 && one.System == day[^1].System ? 1 : 0;
        }

        var share = with < FewestSystems ? 0 : same / (double)with;
        return (Either(share >= 0.80, 0.35, share >= 0.60, 0.20), 0.75);
    }

    private static (double Score, double Confidence) ModelChange(ReadOnlySpan<ExchangeFeatures> day)
    {
        for (var i = 1; i < day.Length; i++)
        {
            if (day[i - 1].Model != 0 && day[i].Model != 0 && day[i - 1].Model != day[i].Model)
            {
                return (0.20, 0.85);
            }
        }

        return (0, 0);
    }
}
