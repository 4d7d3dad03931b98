using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>One call to a model server: its head first, then the answer's bytes as they come.</summary>
internal abstract class UpstreamCall : IDisposable
{
    /// <summary>The answer's status.</summary>
    public int Status { get; protected set; }

    /// <summary>Bytes of the answer's body; -1 where it does not say.</summary>
    public long ContentLength { get; protected set; } = -1;

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool IsEventStream { get; protected set; }

    /// <summary>Whether the answer was read to its end.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Whether it may still read the request's buffer: then nobody else may have it.</summary>
    public virtual bool HoldsRequest => false;

    /// <summary>Sends the request and reads the head of the answer; what of the body came with it stands at the start of <paramref name="room"/>.</summary>
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

    /// <summary>Passes a header of the answer on, unless it concerns this hop alone or tells what the upstream is.</summary>
    protected static void PassOn(HttpResponse response, string name, string value)
    {
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return;   // the server would refuse to send it on
        }

        if (name.Length is 6 or 10 or 17 or 7 or 2 or 18 or 19 && IsHopByHop(name))
        {
            return;
        }

        if (name.Equals("x-request-id", StringComparison.OrdinalIgnoreCase) || name.Equals("request-id", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers["x-upstream-request-id"] = value;
        }
        else if (!name.StartsWith("x-stillwatch-", StringComparison.OrdinalIgnoreCase) && !name.Equals("set-cookie", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.Append(name, value);
        }
    }

    private static bool IsHopByHop(string name) =>
        name.Equals("connection", StringComparison.OrdinalIgnoreCase) || name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase) || name.Equals("te", StringComparison.OrdinalIgnoreCase)
        || name.Equals("trailer", StringComparison.OrdinalIgnoreCase) || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
        || name.Equals("proxy-authenticate", StringComparison.OrdinalIgnoreCase) || name.Equals("server", StringComparison.OrdinalIgnoreCase);
}
