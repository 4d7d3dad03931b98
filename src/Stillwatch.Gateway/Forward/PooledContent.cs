using System.Net;

namespace Stillwatch.Gateway.Forward;

/// <summary>
/// A request's body in a pooled buffer. It tells whether the client library may still read it: a server may answer before it has all of the
/// request.
/// </summary>
internal sealed class PooledContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private ReadOnlyMemory<byte> _body = body;
    private readonly int _length = body.Length;
    private volatile bool _inUse;

    /// <summary>Whether the buffer is being sent now.</summary>
    public bool InUse => _inUse;

    /// <summary>
    /// Lets the buffer go, once the answer has begun: the message is held for as long as the answer is, and must not hold the buffer.
    /// </summary>
    public void LetGo()
    {
        if (!_inUse)
        {
            _body = default;
        }
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _inUse = true;
        try
        {
            await stream.WriteAsync(_body, cancellationToken);
        }
        finally
        {
            _inUse = false;
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
