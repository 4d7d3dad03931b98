using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Signals;
using Stillwatch.Signals.Detectors;

namespace Stillwatch.Campaigns.Similarity;

/// <summary>What the graded links say of two sets as they are now, each the merge of its accounts: docs/decisions/0004-ties.md.</summary>
/// <param name="scale">How alike honest accounts and sets come.</param>
/// <param name="states">The sets, each named by its lowest account.</param>
/// <param name="background">What everybody does.</param>
internal sealed class Likeness(WatchScale scale, SetStates states, Background background)
{
    private const double LeastAgainst = -8; // bits by one link
    private const double Alike = 0.6; // a cosine: halves of one seed set come to 0.9 and more, different sources mostly under one half
    private const int ByHalf = 2; // a negative Bayes factor counts by half: what one actor does varies more than draws of one mixture

    private static readonly Link[] Links = WatchScale.Links;

    // what is soon compared comes first
    private static readonly int[] FromTheSmallest = [.. WatchScale.GradedLinks.OrderBy(link => Links[link].Size)];

    /// <summary>The most that all graded links together can say for two sets, in bits.</summary>
    public static double Most { get; } = WatchScale.GradedLinks.Sum(link => Links[link].MostBits);

    /// <summary>The sets.</summary>
    public SetStates States => states;

    /// <summary>Whether two sets clearly ask for like things, and whether they clearly do not.</summary>
    public (bool Alike, bool Unlike) Asking(int a, int b) => Asking(states.Profile(a), states.Profile(b));

    /// <inheritdoc cref="Asking(int, int)"/>
    public static (bool Alike, bool Unlike) Asking(Profile a, Profile b)
    {
        var (cosine, error) = TopicScatter.Likeness(a.Get<TopicScatter.State>(), b.Get<TopicScatter.State>());
        return (cosine - error >= Alike, cosine + 2 * error < Alike);
    }

    /// <summary>
    /// What link number <paramref name="link"/> weighs between two sets, in bits: −log₂ of the share of honest pairs (of an account and a
    /// set, where either is one) that are as alike; negative where the two look like two and both have shown something.
    /// </summary>
    public double Of(int link, int a, int b)
    {
        if (scale.Grades[link] is not { } grades)
        {
            return 0;
        }

        var factor = Links[link].Compare(states.LinkState(a, link), states.LinkState(b, link), background.Of(link));
        if (factor < 0)
        {
            return Math.Min(states.Exchanges(a), states.Exchanges(b)) < Steps.First ? 0 : Math.Max(LeastAgainst, factor / ByHalf);
        }

        var honest = states.Size(a) > 1 || states.Size(b) > 1 ? grades.OfSets : grades.OfAccounts;
        return Math.Min(Links[link].MostBits, -Math.Log2(honest.P(factor, out _)));
    }

    /// <summary>
    /// Adds what the graded links say, one after the other, to what <paramref name="families"/> hold already, as long as
    /// <paramref name="asked"/> can be reached by what is left.
    /// </summary>
    /// <returns>All together, in bits: by family the most that speaks for two sets being one, less what speaks against it. Less than asked,
    /// and no more than that, where it was given up.</returns>
    public double Add(int a, int b, Span<double> families, double asked)
    {
        var (against, left) = (0.0, Most);
        foreach (var link in FromTheSmallest)
        {
            if (LinkId.Sum(families) + against + left < asked)
            {
                return double.NegativeInfinity;
            }

            left -= Links[link].MostBits;
            var bits = Of(link, a, b);
            against += Math.Min(0, bits);
            if (bits > 0)
            {
                ref var family = ref families[(int)Links[link].Id.Family];
                family = Math.Max(family, bits);
            }
        }

        return LinkId.Sum(families) + against;
    }
}
