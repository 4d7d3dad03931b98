namespace Stillwatch.Gateway.Failures;

/// <summary>What is done with a request body that is no JSON object.</summary>
public enum OnUndecodable
{
    /// <summary>It is forwarded, and on record as its bytes.</summary>
    Forward,

    /// <summary>It is refused.</summary>
    Reject,
}
