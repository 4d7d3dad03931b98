namespace Stillwatch.Exchanges;

/// <summary>
/// One exchange as the tap saw it: what becomes a line of the exchange log. Bodies are the bytes that went over the wire.
/// </summary>
public sealed class ExchangeRecord
{
    /// <summary>Unique within a deployment.</summary>
    public required string Id { get; init; }

    /// <summary>When the request arrived.</summary>
    public required EventTime At { get; init; }

    /// <summary>The customer.</summary>
    public required string Account { get; init; }

    /// <summary>The key's public id.</summary>
    public string? Key { get; init; }

    /// <summary>The customer's own customer, as the request names them.</summary>
    public string? EndUser { get; init; }

    /// <summary>What the journal keeps with it between its beginning and its end; nobody else's.</summary>
    internal object? Journaled { get; set; }

    /// <summary>The path.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Which API it speaks.</summary>
    public Dialect Dialect { get; init; }

    /// <summary>The model that was asked for; null where the request names none.</summary>
    public string? Model { get; init; }

    /// <summary>Where it came from.</summary>
    public ClientFacts Client { get; init; }

    /// <summary>The request's body as received.</summary>
    public ReadOnlyMemory<byte> Request { get; set; }

    /// <summary>The HTTP status that the client was given; 0 where none was.</summary>
    public int Status { get; set; }

    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>The answer's body as sent: for a stream its events.</summary>
    public ReadOnlyMemory<byte> Response { get; set; }

    /// <summary>The request's body as it went to the model server, where it was changed; empty elsewhere.</summary>
    public ReadOnlyMemory<byte> Forwarded { get; set; }

    /// <summary>The answer's body as the model server gave it, where something else was sent; empty elsewhere.</summary>
    public ReadOnlyMemory<byte> Received { get; set; }

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool IsStream { get; set; }

    /// <summary>
    /// The exchange's features as <c>FeatureBytes</c> writes them, taken while it passed; empty where they were not. Of what is on record
    /// they can be taken again.
    /// </summary>
    public ReadOnlyMemory<byte> Features { get; set; }

    /// <summary>Milliseconds to the end; -1 where unknown.</summary>
    public int LatencyMs { get; set; } = -1;

    /// <summary>Milliseconds to the first byte of the answer; -1 where there was none.</summary>
    public int FirstTokenMs { get; set; } = -1;
}
