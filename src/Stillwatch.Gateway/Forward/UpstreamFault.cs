namespace Stillwatch.Gateway.Forward;

/// <summary>Why a model server gave no whole answer.</summary>
internal enum UpstreamFault
{
    /// <summary>It could not be reached.</summary>
    Unreachable,

    /// <summary>It closed the connection before a byte of an answer.</summary>
    Closed,

    /// <summary>It answered that it has no room.</summary>
    Busy,

    /// <summary>It broke off in the middle.</summary>
    Cut,

    /// <summary>It sent something that is no HTTP.</summary>
    Malformed,
}
