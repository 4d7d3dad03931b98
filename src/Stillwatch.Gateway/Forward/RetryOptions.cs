namespace Stillwatch.Gateway.Forward;

/// <summary>
/// Whether a request that a model server refused or did not answer is sent again, before anything of an answer went to the client.
/// </summary>
public sealed record RetryOptions
{
    /// <summary>How often one request is sent again, 0 to 5. Default 0: clients' libraries try again themselves.</summary>
    public int Most { get; init; }

    /// <summary>
    /// Seconds that are waited for at most; a server that says it wants longer (<c>Retry-After</c>) is not asked again. Default 5.
    /// </summary>
    public double MostWaitSeconds { get; init; } = 5;

    /// <summary>
    /// The share of all requests that may be sent again, 0 to 1: in an outage, retries must not be what keeps the servers down. Default
    /// 0.2, and ten besides. (Finagle's retry budgets, after which Envoy's and Linkerd's are made.)
    /// </summary>
    public double Budget { get; init; } = 0.2;
}
