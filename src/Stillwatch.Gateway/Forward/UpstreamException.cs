namespace Stillwatch.Gateway.Forward;

/// <summary>A model server gave no whole answer.</summary>
internal sealed class UpstreamException(UpstreamFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How it failed.</summary>
    public UpstreamFault Fault => fault;
}
