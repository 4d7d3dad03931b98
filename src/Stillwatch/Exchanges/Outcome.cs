namespace Stillwatch.Exchanges;

/// <summary>How an exchange ended. Numbers are written to the journal and never change meaning.</summary>
public enum Outcome : byte
{
    /// <summary>The client has the whole answer.</summary>
    Complete = 0,

    /// <summary>The client went before the end.</summary>
    ClientGone = 1,

    /// <summary>The upstream broke off, or the gateway was stopped, before the end.</summary>
    UpstreamCut = 2,

    /// <summary>Nothing came for too long.</summary>
    Timeout = 3,

    /// <summary>The gateway refused the request.</summary>
    Refused = 4,
}
