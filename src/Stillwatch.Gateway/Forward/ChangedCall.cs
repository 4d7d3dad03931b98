using System.Buffers;
using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Change;

namespace Stillwatch.Gateway.Forward;

/// <summary>
/// A call whose answer is changed on its way: what it gives is what is sent; what the model server gave is kept for the record. It holds
/// one event, or one body, and no more than <see cref="MostHeld"/> bytes: an answer of which more would have to be held is cut off, for
/// nobody could tell what stands in it.
/// </summary>
internal sealed class ChangedCall(UpstreamCall inner, IExchangeChange change) : UpstreamCall
{
    /// <summary>The most bytes of one event or body.</summary>
    public const int MostHeld = 16 << 20;

    /// <summary>Headers that are true of the bytes that were received, and of no others.</summary>
    private static readonly string[] OfTheBytes = ["etag", "content-md5", "digest", "content-digest", "repr-digest", "accept-ranges"];

    private readonly byte[] _room = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _received = new();
    private byte[] _held = [];
    private int _heldLength,
        _sent;
    private bool _differs,
        _finished,
        _disposed;

    /// <inheritdoc/>
    public override bool HoldsRequest => inner.HoldsRequest;

    /// <summary>Whether anything was sent otherwise than it was received.</summary>
    public bool Differs => Volatile.Read(ref _differs);

    /// <summary>Bytes of what was received that were not taken yet.</summary>
    public int ReceivedLength
    {
        get
        {
            lock (_gate)
            {
                return _received.WrittenCount;
            }
        }
    }

    /// <summary>Takes what was received since the last time.</summary>
    public ReadOnlyMemory<byte> TakeReceived()
    {
        lock (_gate)
        {
            var taken = _received.WrittenMemory;
            _received = new();
            return taken;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> SendAsync(UpstreamRequest request, HttpResponse response, byte[] room)
    {
        var have = await inner.SendAsync(request, response, _room);
        (Status, IsEventStream, EndsWithConnection, ContentLength) = (inner.Status, inner.IsEventStream, inner.EndsWithConnection, -1);
        foreach (var name in OfTheBytes)
        {
            response.Headers.Remove(name);
        }

        Take(_room.AsSpan(0, have));
        return Give(room);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> room)
    {
        if (_sent == _out.WrittenCount && !_finished)
        {
            var have = await inner.ReadAsync(_room);
            Take(_room.AsSpan(0, have));
        }

        return Give(room.Span);
    }

    /// <inheritdoc/>
    public override void Abort() => inner.Abort();

    /// <inheritdoc/>
    public override void Dispose()
    {
        inner.Dispose();
        if (!_disposed)
        {
            _disposed = true;
            ArrayPool<byte>.Shared.Return(_room);
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_sent == _out.WrittenCount)
        {
            _out.ResetWrittenCount();
            _sent = 0;
        }

        lock (_gate)
        {
            _received.Write(bytes);
        }

        Hold(bytes);
        if (IsEventStream)
        {
            var whole = Events(_held.AsSpan(0, _heldLength));
            _held.AsSpan(whole, _heldLength - whole).CopyTo(_held);
            _heldLength -= whole;
        }

        if (_heldLength > MostHeld)
        {
            throw new UpstreamException(
                UpstreamFault.Malformed,
                $"an event or a body of its answer is longer than {MostHeld} bytes, and would have to be changed"
            );
        }

        if (inner.Ended && !_finished)
        {
            _finished = true;
            if (_heldLength > 0 || !IsEventStream)
            {
                Change(_held.AsSpan(0, _heldLength), isEvent: IsEventStream);
            }

            _heldLength = 0;
            if (IsEventStream)
            {
                var before = _out.WrittenCount;
                try
                {
                    change.End(_out);
                }
                catch (Exception fault) when (fault is not OutOfMemoryException)
                {
                    throw Unchanged(fault);
                }

                _differs |= _out.WrittenCount > before;
            }
        }
    }

    /// <summary>Changes what stands before each blank line: events, and comments that keep a connection open.</summary>
    private int Events(ReadOnlySpan<byte> bytes)
    {
        var (done, line) = (0, 0);
        while (bytes[line..].IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var length)
        {
            var end = line + length + 1;
            if (bytes[end - 1] == '\r')
            {
                if (end == bytes.Length)
                {
                    break; // a line feed may follow
                }

                end += bytes[end] == '\n' ? 1 : 0;
            }

            if (length == 0)
            {
                Change(bytes[done..end], isEvent: true);
                done = end;
            }

            line = end;
        }

        return done;
    }

    private void Change(ReadOnlySpan<byte> whole, bool isEvent)
    {
        var before = _out.WrittenCount;
        try
        {
            if (isEvent)
            {
                change.Event(whole, _out);
            }
            else
            {
                change.Body(whole, _out);
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw Unchanged(fault);
        }

        _differs |= !_out.WrittenSpan[before..].SequenceEqual(whole);
    }

    /// <summary>What may not pass does not.</summary>
    private static UpstreamException Unchanged(Exception fault) =>
        new(UpstreamFault.Malformed, $"its answer could not be changed: {fault.Message}", fault);

    private int Give(Span<byte> room)
    {
        var part = Math.Min(room.Length, _out.WrittenCount - _sent);
        _out.WrittenSpan.Slice(_sent, part).CopyTo(room);
        _sent += part;
        Ended = _finished && _sent == _out.WrittenCount;
        return part;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_held.Length < _heldLength + bytes.Length)
        {
            Array.Resize(ref _held, Math.Max(_heldLength + bytes.Length, _held.Length * 2));
        }

        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += bytes.Length;
    }
}
