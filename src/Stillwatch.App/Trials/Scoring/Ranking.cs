namespace Stillwatch.App.Trials.Scoring;

/// <summary>Figures of how well a score ranks: ties count half, or as one block.</summary>
internal static class Ranking
{
    /// <summary>The chance that a positive scores over a negative, ties half (Mann and Whitney); NaN without both.</summary>
    public static double Auroc(IReadOnlyCollection<(double Score, bool Positive)> scored)
    {
        long positives = scored.Count(s => s.Positive),
            negatives = scored.Count - positives,
            below = 0;
        var wins = 0.0;
        foreach (var block in scored.GroupBy(s => s.Score).OrderBy(block => block.Key))
        {
            long up = block.Count(s => s.Positive),
                down = block.Count() - up;
            wins += up * (below + down / 2.0);
            below += down;
        }

        return positives == 0 || negatives == 0 ? double.NaN : wins / ((double)positives * negatives);
    }

    /// <summary>The sum over thresholds of precision times gain in recall, ties as one block.</summary>
    public static double AveragePrecision(IReadOnlyCollection<(double Score, bool Positive)> scored)
    {
        long positives = scored.Count(s => s.Positive),
            hits = 0,
            taken = 0;
        var sum = 0.0;
        foreach (var block in scored.GroupBy(s => s.Score).OrderByDescending(block => block.Key))
        {
            long up = block.Count(s => s.Positive);
            hits += up;
            taken += block.Count();
            sum += up * (double)hits / taken;
        }

        return positives == 0 ? double.NaN : sum / positives;
    }

    /// <summary>
    /// The largest share of positives that a threshold passes while it passes at most <paramref name="rate"/> of the negatives.
    /// </summary>
    public static double TprAtFpr(IReadOnlyCollection<(double Score, bool Positive)> scored, double rate)
    {
        long positives = scored.Count(s => s.Positive),
            negatives = scored.Count - positives,
            up = 0,
            down = 0,
            best = 0;
        foreach (var block in scored.GroupBy(s => s.Score).OrderByDescending(block => block.Key))
        {
            up += block.Count(s => s.Positive);
            down += block.Count(s => !s.Positive);
            if (down > rate * negatives)
            {
                break;
            }

            best = up;
        }

        return positives == 0 || negatives == 0 ? double.NaN : (double)best / positives;
    }
}
