using Stillwatch.Capabilities;
using Stillwatch.Countermeasures;

namespace Stillwatch.Decisions;

/// <summary>A deployment without decisions: nothing is done to anybody, and nothing is withheld.</summary>
public sealed class NothingDecided : IEnforcementPlans, IReleases
{
    private NothingDecided() { }

    /// <summary>The one that there is.</summary>
    public static NothingDecided Instance { get; } = new();

    /// <inheritdoc/>
    public EnforcementPlan Current => EnforcementPlan.None;

    /// <inheritdoc/>
    public EnforcementPlan Shadow => EnforcementPlan.None;

    /// <inheritdoc/>
    public ReleaseRegister Register => ReleaseRegister.None;

    /// <inheritdoc/>
    public double SecondsSinceAnswer => 0;
}
