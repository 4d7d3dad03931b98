namespace Stillwatch.Gateway.Failures;

/// <summary>What is done when decisions could not be read for longer than the age that is allowed.</summary>
public enum OnPlanFault
{
    /// <summary>Requests that a measure touches are refused; all others are served as ever.</summary>
    ClosedForListed,

    /// <summary>The last decisions that were read stay in force, however old they are.</summary>
    Keep,

    /// <summary>Nothing is done to anybody until decisions can be read again. What is not released stays unreleased.</summary>
    Open,
}
