using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns;

/// <summary>The reasons behind what is believed of a subject, strongest first.</summary>
public static class Reasons
{
    /// <summary>The most that are told of one subject.</summary>
    public const int Most = 5;

    /// <summary>What an account's own readings say.</summary>
    public static IReadOnlyList<Reason> Of(WatchedAccount account) => Strongest(Of(account.Weights, account.Explain));

    /// <summary>
    /// What a campaign's readings say: of the merged profile, of its accounts one by one, of all readings jointly, and that its accounts
    /// draw from one source, or deal a known one out.
    /// </summary>
    public static IReadOnlyList<Reason> Of(Campaign campaign)
    {
        var reasons = Of(campaign.Weights, campaign.Explain);
        reasons.AddRange(
            Of(campaign.WeightsOfAccounts, campaign.ExplainOfAccounts)
                .Select(reason =>
                    reason with
                    {
                        Detector = reason.Detector + " by account",
                        Text = "its accounts one by one, and together: " + reason.Text,
                    }
                )
        );
        if (campaign.Joint.E > 1)
        {
            reasons.Add(new("all jointly", campaign.Joint.Bits, campaign.JointText, campaign.Joint.Extrapolated));
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

    /// <summary>The strongest of <paramref name="reasons"/>, in order.</summary>
    public static IReadOnlyList<Reason> Strongest(IEnumerable<Reason> reasons) =>
        [.. reasons.OrderByDescending(reason => reason.Bits).ThenBy(reason => reason.Detector, StringComparer.Ordinal).Take(Most)];

    private static List<Reason> Of(ReadOnlySpan<Weight> weights, Func<int, string> explain)
    {
        List<Reason> reasons = [];
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i].E > 1)
            {
                reasons.Add(new(Detector.All[i].Id.ToString(), weights[i].Bits, explain(i), weights[i].Extrapolated));
            }
        }

        return reasons;
    }
}
