using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Signals.Detectors;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>
/// One of a customer's own customers, as far as requests name them: read by the detectors that need no more than one person's traffic.
/// </summary>
public sealed class EndUser
{
    private readonly Profile _profile = new();
    private static readonly int Walk = Detector.All.ToList().FindIndex(detector => detector.Id == SeedSetWalk.Id);

    /// <summary>Where its requests lie.</summary>
    internal TopicSample Topics { get; } = new(32);

    /// <summary>Its exchanges.</summary>
    public long Exchanges { get; private set; }

    /// <summary>How many of them go on with a conversation.</summary>
    public long FollowUps { get; private set; }

    /// <summary>Takes an exchange.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        Exchanges++;
        FollowUps += features.Has(ExchangeTraits.FollowUp | ExchangeTraits.ToolResult) ? 1 : 0;
        _profile.Observe(features);
        Topics.Add(features);
    }

    /// <summary>What its walk weighs for an honest account by <paramref name="calibration"/>.</summary>
    public Weight WalkWeight(Calibration calibration) =>
        calibration.ByAccount.TryGetValue(SeedSetWalk.Id, out var scale) ? scale.Weigh(_profile.Read(Walk).Raw) : Weight.Neutral;
}
