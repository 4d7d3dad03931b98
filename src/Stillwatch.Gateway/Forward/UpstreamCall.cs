using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>One call to a model server: its head first, then the answer's bytes as they come.</summary>
internal abstract class UpstreamCall : IDisposable
{
    /// <summary>The answer's status.</summary>
    public int Status { get; protected set; }

    /// <summary>Bytes of the answer's body; -1 where it does not say.</summary>
    public long ContentLength { get; protected set; } = -1;

    /// <summary>Whether nothing but the end of the connection tells where the answer ends.</summary>
    public bool EndsWithConnection { get; protected set; }

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool IsEventStream { get; protected set; }

    /// <summary>Whether the answer was read to its end.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Whether it may still read the request's buffer: then nobody else may have it.</summary>
    public virtual bool HoldsRequest => false;

    /// <summary>
    /// Sends the request and reads the head of the answer; what of the body came with it stands at the start of <paramref name="room"/>.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="response">Takes the headers that are passed on.</param>
    /// <param name="room">Where bytes are read into, at least 4 KiB.</param>
    /// <returns>How many bytes of the body there are.</returns>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public abstract ValueTask<int> SendAsync(UpstreamRequest request, HttpResponse response, byte[] room);

    /// <summary>Reads on.</summary>
    /// <param name="room">Where bytes are read into.</param>
    /// <returns>How many bytes of the body came, also where it has ended; 0 without an end means: read again.</returns>
    /// <exception cref="UpstreamException">It broke off.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> room);

    /// <summary>Breaks the call off; a read that waits fails.</summary>
    public abstract void Abort();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Takes the answer's type.</summary>
    /// <exception cref="UpstreamException">It cannot be passed on.</exception>
    protected void TakeType(HttpResponse response, string? type)
    {
        if (type != null && type.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new UpstreamException(UpstreamFault.Malformed, "its Content-Type is not ASCII");
        }

        IsEventStream = type != null && type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        response.ContentType = type;
    }

    /// <summary>
    /// Passes a header of the answer on, unless it concerns this hop alone, tells what the upstream is, or is the gateway's to say: limits
    /// are the customer's own here, and what the provider has left of its own is nobody else's business.
    /// </summary>
    protected static void PassOn(HttpResponse response, string name, string value)
    {
        if (
            value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            || Kept.Contains(name)
            || KeptPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        )
        {
            return; // the first: the server would refuse to send it on
        }

        if (
            name.Equals("x-request-id", StringComparison.OrdinalIgnoreCase) || name.Equals("request-id", StringComparison.OrdinalIgnoreCase)
        )
        {
            response.Headers["x-upstream-request-id"] = value;
        }
        else
        {
            response.Headers.Append(name, value);
        }
    }

    private static readonly string[] KeptPrefixes = ["x-stillwatch-", "x-ratelimit-", "anthropic-ratelimit-", "access-control-", "proxy-"];

    private static readonly FrozenSet<string> Kept = new[]
    {
        "connection",
        "keep-alive",
        "transfer-encoding",
        "te",
        "trailer",
        "upgrade",
        "server",
        "via",
        "x-powered-by",
        "location",
        "alt-svc",
        "set-cookie",
        "content-encoding",
        "strict-transport-security",
        "date",
        "content-length",
        "content-type",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
