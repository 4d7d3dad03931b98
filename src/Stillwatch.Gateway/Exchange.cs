using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Stillwatch.Accounts;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Features;
using Stillwatch.Gateway.Admit;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Identify;

namespace Stillwatch.Gateway;

/// <summary>An exchange under way: what the steps of the pipeline hand to each other.</summary>
internal sealed class Exchange(HttpContext http, WireFormat format, string id, GatewayOptions options)
{
    /// <summary>The client's connection.</summary>
    public HttpContext Http => http;

    /// <summary>Which API it speaks.</summary>
    public WireFormat Format => format;

    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>The options in force when it began; a reload does not change what is under way.</summary>
    public GatewayOptions Options => options;

    /// <summary>When it began, a timestamp of the clock.</summary>
    public long Began;

    /// <summary>When the first byte of the answer came; 0 before.</summary>
    public long FirstByte;

    /// <summary>The request with its buffer.</summary>
    public UpstreamRequest Request;

    /// <summary>Whether a call may still read the request's buffer: it does not go back to the pool then.</summary>
    public bool RequestHeld;

    /// <summary>Whether its body was read.</summary>
    public bool Taken;

    /// <summary>What its body says.</summary>
    public RequestFacts Facts;

    /// <summary>What its body says, read, until its features are taken; null before and after.</summary>
    public FeatureTap.Reading? Reading;

    /// <summary>The features of its request.</summary>
    public ExchangeFeatures Features;

    /// <summary>Whether they were taken.</summary>
    public bool HasFeatures;

    /// <summary>The model as model servers know it.</summary>
    public string? Model;

    /// <summary>What a trusted replay says that it was; null for what happens now.</summary>
    public ReplayHeaders? Replayed;

    /// <summary>What is remembered of the client's connection.</summary>
    public ClientConnection Client { get; } = http.Features.GetRequiredFeature<ClientConnection>();

    /// <summary>Who sent it.</summary>
    public KeyEntry? Key;

    /// <summary>What is done to it; null for nothing.</summary>
    public Enforced? Enforced;

    /// <summary>What is taken out of it: by a measure, because it is not released, or because the tier may not have it.</summary>
    public Capability Strip;

    /// <summary>The call whose answer is changed, also once it is over; null where nothing is changed.</summary>
    public ChangedCall? Changed;

    /// <summary>What is put on record.</summary>
    public ExchangeRecord? Record;

    /// <summary>The journal's ticket; 0 where it is not on record.</summary>
    public long Ticket;

    /// <summary>Whether its beginning is on record.</summary>
    public bool OnRecord;

    /// <summary>What was taken from the limits.</summary>
    public Reservation Reservation;

    /// <summary>The call to the model server, while there is one.</summary>
    public volatile UpstreamCall? Call;

    /// <summary>The server that answers.</summary>
    public Upstream? Upstream;

    /// <summary>The answer's bytes that are not journaled yet.</summary>
    public byte[] Answer = [];

    /// <summary>How many.</summary>
    public int Have;

    /// <summary>How many of them the client has.</summary>
    public int Sent;

    /// <summary>How many it may have before the record is safe: all, or what stands before the line that ends a stream.</summary>
    public int Allowed;

    /// <summary>Bytes of the answer that were journaled as parts and are no longer held.</summary>
    public long Journaled;

    /// <summary>Counts the answer, where parts of it are no longer held.</summary>
    public AnswerTally? Tally;

    /// <summary>Tokens that were reported; -1 where none were.</summary>
    public (long Input, long Output) Usage = (-1, -1);

    /// <summary>
    /// Whether the answer's end is that of its connection: then it is whole only where it is one JSON value, and is kept until it can be
    /// looked at.
    /// </summary>
    public bool EndsWithConnection;

    /// <summary>Whether its end was put on record, or was tried to.</summary>
    public bool Ended;

    /// <summary>How many of its answers told why they ended, where nothing marks the end of a stream.</summary>
    public long Reasons;

    /// <summary>How the answer ended.</summary>
    public Outcome Outcome;

    /// <summary>Where a stream ends.</summary>
    public StreamEnd End = new(format);

    /// <summary>What it waits for now.</summary>
    public Phase Phase;

    /// <summary>Since when, a timestamp of the clock.</summary>
    public long Since;

    /// <summary>Which phase took too long; <see cref="Phase.None"/> where none did.</summary>
    public volatile Phase TimedOut;

    /// <summary>Whether the client went.</summary>
    public volatile bool ClientGone;

    /// <summary>Why its answer did not come to its end: a client that takes nothing more is gone, whoever noticed it first.</summary>
    public Outcome BrokenOff =>
        ClientGone || TimedOut == Phase.Client ? Outcome.ClientGone
        : TimedOut != Phase.None ? Outcome.Timeout
        : Outcome.UpstreamCut;

    /// <summary>Whether of the answer there is a head and nothing else, and another server may still be asked.</summary>
    public bool HeadOnly;

    /// <summary>Notes what it waits for from now on.</summary>
    public void Wait(TimeProvider clock, Phase phase)
    {
        Since = clock.GetTimestamp();
        Phase = phase;
    }

    /// <summary>Its neighbours in the list of exchanges under way.</summary>
    internal Exchange? Before,
        Behind;

    /// <summary>Takes the features of its request, where that was not done: it is read and on record.</summary>
    public void TakeFeatures()
    {
        if (Reading is { } reading && Record is { } record)
        {
            Reading = null;
            (Features, HasFeatures) = (reading.Take(record), true);
        }
    }

    /// <summary>Gives the request's buffer back, where no call may still read it: it is on record and with the model server.</summary>
    public void ReleaseRequest()
    {
        if (Request.Buffer is { } buffer && !RequestHeld)
        {
            Request.Buffer = null!;
            Record?.Request = default;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Ends a call that a fault of ours left open.</summary>
    public void LetGo()
    {
        if (Call is { } call)
        {
            Call = null;
            call.Abort();
            call.Dispose();
            RequestHeld |= call.HoldsRequest;
            Upstream?.Leave();
        }
    }

    /// <summary>Makes room for more of the answer, in a buffer of <paramref name="bytes"/> at least.</summary>
    public void Grow(int bytes)
    {
        if (bytes <= Answer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(bytes);
        Answer.AsSpan(0, Have).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(Answer);
        Answer = larger;
    }

    /// <summary>Forgets what a server that failed had begun to answer.</summary>
    public void Restart()
    {
        var headers = http.Response.Headers;
        foreach (
            var name in headers
                .Keys.Where(name =>
                    !name.Contains("ratelimit", StringComparison.OrdinalIgnoreCase)
                    && name is not ("x-request-id" or "request-id")
                    && !name.StartsWith("stillwatch-", StringComparison.OrdinalIgnoreCase)
                )
                .ToList()
        )
        {
            headers.Remove(name); // what is left is the gateway's own: no server's limits are passed on
        }

        Have = 0;
    }

    /// <summary>Breaks the call to the model server off.</summary>
    public void BreakOff() => Call?.Abort();

    /// <summary>The client went.</summary>
    public void Leave()
    {
        ClientGone = true;
        BreakOff();
    }
}

/// <summary>What an exchange waits for.</summary>
internal enum Phase
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The request's body.</summary>
    Request,

    /// <summary>The first byte of the answer.</summary>
    FirstByte,

    /// <summary>The next piece of the answer.</summary>
    Answer,

    /// <summary>The client, to take what was sent.</summary>
    Client,
}
