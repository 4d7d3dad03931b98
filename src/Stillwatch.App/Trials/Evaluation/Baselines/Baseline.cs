using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>
/// A published way to tell an extraction, for holding ours beside it: scores one account's exchanges, the higher the more suspicious. Never
/// part of a decision.
/// </summary>
internal abstract class Baseline
{
    private const int MostRead = 1_500; // the largest window that the papers use

    /// <summary>Its name and source.</summary>
    public abstract string Name { get; }

    /// <summary>All baselines, made on everybody's first third of the stream, unlabelled.</summary>
    public static IReadOnlyList<Baseline> All(IReadOnlyList<ExchangeFeatures> population) =>
        [
            new Volume(),
            new OutputVolume(),
            new Prada(),
            new Seat(),
            new Cap(),
            new Mahalanobis(population),
            new Mmd(population),
            new Glasswally(),
        ];

    /// <summary>Scores an account.</summary>
    public double Score(IReadOnlyList<ExchangeFeatures> exchanges) =>
        Of(exchanges.Count > MostRead ? [.. exchanges.Take(MostRead)] : exchanges, exchanges.Count);

    /// <summary>Scores at most 1,500 exchanges, the first of <paramref name="all"/>.</summary>
    protected abstract double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all);

    /// <summary>The squared distance of two topics, unit vectors times 127, in units of 1.</summary>
    protected static double Distance2(in ExchangeFeatures a, in ExchangeFeatures b)
    {
        var sum = 0;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            var d = a.Topic[i] - b.Topic[i];
            sum += d * d;
        }

        return sum / (127.0 * 127.0);
    }
}
