namespace Stillwatch.Gateway.Failures;

/// <summary>What is done with what is not known.</summary>
public enum OnUnknown
{
    /// <summary>It is refused with a clear error.</summary>
    Refuse,

    /// <summary>It is passed on.</summary>
    Pass,
}
