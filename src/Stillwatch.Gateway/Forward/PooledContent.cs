using System.Net;

namespace Stillwatch.Gateway.Forward;

/// <summary>A request's body in a pooled buffer. It tells whether the client library may still read it: a server may answer before it has all of the request.</summary>
internal sealed class PooledContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private volatile bool _inUse;

    /// <summary>Whether the buffer is being sent now.</summary>
    public bool InUse => _inUse;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _inUse = true;
        try
        {
            await stream.WriteAsync(body, cancellationToken);
        }
        finally
        {
            _inUse = false;
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
