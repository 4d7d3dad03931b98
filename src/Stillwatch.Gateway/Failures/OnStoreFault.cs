namespace Stillwatch.Gateway.Failures;

/// <summary>What is done while the account store does not answer.</summary>
public enum OnStoreFault
{
    /// <summary>Known keys are served for ten minutes from the last directory, then nobody.</summary>
    OpenForKnown,

    /// <summary>Nobody is served.</summary>
    Closed,
}
