using Stillwatch.Campaigns.Subjects;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Telling;

/// <summary>The reasons behind what is believed of a subject, strongest first.</summary>
public static class Reasons
{
    /// <summary>The most that are told of one subject.</summary>
    public const int Most = 5;

    /// <summary>What an account's own readings say.</summary>
    public static IReadOnlyList<Reason> Of(WatchedAccount account) => Strongest(Of(account.Weights, account.Explain));

    /// <summary>
    /// What a campaign's readings say: its accounts' together, by detector and all jointly, and that its accounts draw from one source, or
    /// deal a known one out.
    /// </summary>
    public static IReadOnlyList<Reason> Of(Campaign campaign)
    {
        List<Reason> reasons =
        [
            .. Enumerable
                .Range(0, Detector.All.Count)
                .Select(i => (Detector: i, Rare: campaign.Readings.OfOne(i)))
                .Where(one => one.Rare.Bits > 1)
                .OrderByDescending(one => one.Rare.Times)
                .Select(one => new Reason(
                    $"{Detector.All[one.Detector].Id} by account",
                    one.Rare.Bits,
                    $"its accounts one by one, and together: {campaign.Explain(one.Detector)}",
                    one.Rare.Beyond
                )),
        ];
        if (campaign.ReadingsBits > 0)
        {
            reasons.Add(new("all jointly", campaign.ReadingsBits, campaign.Readings.Explain(), campaign.IsExtrapolated));
        }

        if (campaign.Source is { } source)
        {
            reasons.Add(new("one-source", -Math.Log2(source.P), source.Explain(), source.Extrapolated));
        }

        if (campaign.Corpus is { } corpus)
        {
            reasons.Add(new("known-corpus", corpus.Reading.Bits, corpus.Explain(), Extrapolated: true));
        }

        return Strongest(reasons);
    }

    /// <summary>
    /// By detector, −log₂ of the share of honest populations with a group whose accounts come as high together by this one alone.
    /// </summary>
    public static double[] Bits(Campaign campaign) =>
        [.. Enumerable.Range(0, Detector.All.Count).Select(i => campaign.Readings.OfOne(i).Bits)];

    /// <summary>By detector, what an account's highest reading weighs, in bits.</summary>
    public static double[] Bits(WatchedAccount account) => Array.ConvertAll(account.Weights.ToArray(), weight => weight.Bits);

    /// <summary>The strongest of <paramref name="reasons"/>, in order; equal ones in the order in which they are given.</summary>
    public static IReadOnlyList<Reason> Strongest(IEnumerable<Reason> reasons) =>
        [.. reasons.OrderByDescending(reason => reason.Bits).Take(Most)];

    private static List<Reason> Of(ReadOnlySpan<Weight> weights, Func<int, string> explain)
    {
        List<Reason> reasons = [];
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i].Value > 1)
            {
                reasons.Add(new(Detector.All[i].Id.ToString(), weights[i].Bits, explain(i), weights[i].Extrapolated));
            }
        }

        return reasons;
    }
}
