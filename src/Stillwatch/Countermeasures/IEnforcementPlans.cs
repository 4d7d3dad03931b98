namespace Stillwatch.Countermeasures;

/// <summary>Where the gateway finds what is done to whom. Reading it takes no lock.</summary>
public interface IEnforcementPlans
{
    /// <summary>The plan as of now; replaced as a whole when something was decided.</summary>
    EnforcementPlan Current { get; }

    /// <summary>The plan of the measures that never act, for counting whom they would touch.</summary>
    EnforcementPlan Shadow { get; }

    /// <summary>Seconds since the store behind it last answered; what grows here is an outage.</summary>
    double SecondsSinceAnswer { get; }
}
