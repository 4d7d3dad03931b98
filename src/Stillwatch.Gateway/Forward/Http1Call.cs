using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>
/// A call over plain HTTP/1.1, by hand on pooled sockets: the runtime's client costs more than all the rest of an exchange (bench/gateway).
/// Heads are written anew, bodies framed anew: nothing that a client framed oddly goes any further. What it promises is in
/// docs/decisions/0008-own-forwarder.md.
/// </summary>
internal sealed class Http1Call(Http1Connections connections, string host, string basePath, string? apiKey) : UpstreamCall
{
    private const int MostHead = 64 * 1024,
        MostInterim = 16,
        LargeMessage = 64 * 1024;

    private Http1Connection? _connection;
    private AnswerHead _head;
    private ChunkDecoder _chunks;
    private long _left = -1;
    private byte[]? _spill; // what came with a head that was longer than the room for it, and was not handed out yet
    private int _spillAt,
        _spillEnd;
    private bool _began,
        _reusable = true;
    private volatile bool _aborted;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> SendAsync(UpstreamRequest request, HttpResponse response, byte[] room)
    {
        var head = WriteHead(ref request);
        var message = request.Buffer.AsMemory(request.Start - head, head + request.Length);
        for (var attempt = 0; ; attempt++)
        {
            var connection = attempt == 0 ? connections.TryTake() : null;
            var reused = connection != null;
            connection ??= await connections.DialAsync();
            _connection = connection;
            if (_aborted)
            {
                throw new UpstreamException(UpstreamFault.Closed, "the call was broken off");
            }

            string fault;
            Exception? inner = null;
            try
            {
                var have =
                    message.Length <= LargeMessage
                        ? await SmallAsync(connection, message, room)
                        : await LargeAsync(connection, message, room);
                if (have > 0)
                {
                    return await HeadAsync(response, room, have);
                }

                fault = "it closed the connection without an answer";
            }
            catch (Exception broke) when (broke is SocketException or ObjectDisposedException)
            {
                (fault, inner) = (broke.Message, broke);
            }

            // Once a byte of an answer came, or the server may have read the request, it may have worked on it: the request is not sent to
            // it again.
            if (_began || _aborted || !reused || !await connection.WasNotReadAsync())
            {
                throw new UpstreamException(_began ? UpstreamFault.Cut : UpstreamFault.Closed, fault, inner);
            }

            connection.Dispose();
            _connection = null;
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> room)
    {
        if (Ended)
        {
            return 0;
        }

        if (_left > 0 && room.Length > _left)
        {
            room = room[..(int)_left]; // nothing behind the body is read: what comes there belongs to nobody
        }

        int have;
        if (_spill != null)
        {
            have = Unspill(room.Span);
            return Decode(room.Span[..have]);
        }

        try
        {
            have = await _connection!.ReceiveAsync(room);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            throw new UpstreamException(UpstreamFault.Cut, fault.Message, fault);
        }

        if (have == 0)
        {
            _reusable = false;
            if (_head.Chunked || _left > 0)
            {
                throw new UpstreamException(UpstreamFault.Cut, "it closed the connection in the middle of its answer");
            }

            Ended = true; // a body without a length ends with its connection
            return 0;
        }

        return Decode(room.Span[..have]);
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        _aborted = true;
        _connection?.Dispose();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        _connection = null;
        if (_spill != null)
        {
            ArrayPool<byte>.Shared.Return(_spill);
            _spill = null;
        }

        if (Ended && _reusable && _head.KeepAlive && !_aborted)
        {
            connections.Give(connection);
        }
        else
        {
            connection.Dispose();
        }
    }

    private static async ValueTask<int> SmallAsync(Http1Connection connection, ReadOnlyMemory<byte> message, byte[] room)
    {
        await connection.SendAsync(message);
        return await connection.ReceiveAsync(room);
    }

    /// <summary>
    /// A server may answer a large request before it took all of it (such as 413) and close: its answer is read while the request is still
    /// being sent.
    /// </summary>
    private async ValueTask<int> LargeAsync(Http1Connection connection, ReadOnlyMemory<byte> message, byte[] room)
    {
        var answer = connection.ReceiveAsync(room).AsTask();
        try
        {
            await connection.SendAsync(message);
        }
        catch (SocketException) when (!_aborted)
        {
            _reusable = false;
            return await answer; // its fault, or its end without a byte, is the call's
        }
        catch
        {
            connection.Dispose();
            // it must not write into a buffer that somebody else has by then
            await answer.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }

        _reusable &= !answer.IsCompleted; // an answer that was there before the request was written is not one to it
        return await answer;
    }

    private async ValueTask<int> HeadAsync(HttpResponse response, byte[] room, int have)
    {
        _began = true;
        var buffer = room;
        try
        {
            for (var interim = 0; ; )
            {
                var end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
                if (end >= 0)
                {
                    _head = AnswerHead.Read(buffer.AsSpan(0, end + 2));
                    var rest = buffer.AsSpan(end + 4, have - end - 4);
                    if (_head.Status < 200)
                    {
                        if (_head.Status == 101 || ++interim > MostInterim)
                        {
                            throw new UpstreamException(UpstreamFault.Malformed, $"it answers {_head.Status}, which was not asked for");
                        }

                        rest.CopyTo(buffer);
                        have = rest.Length;
                        continue;
                    }

                    Take(buffer.AsSpan(0, end + 2), response);
                    return Body(buffer, end + 4, have, room);
                }

                if (have >= MostHead)
                {
                    throw new UpstreamException(UpstreamFault.Malformed, $"the head of its answer is longer than {MostHead} bytes");
                }

                if (have == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(MostHead);
                    buffer.AsSpan(0, have).CopyTo(larger);
                    buffer = larger;
                }

                var more = await _connection!.ReceiveAsync(buffer.AsMemory(have, Math.Min(buffer.Length, MostHead) - have));
                have +=
                    more > 0 ? more : throw new UpstreamException(UpstreamFault.Cut, "it closed the connection in the head of its answer");
            }
        }
        finally
        {
            if (buffer != room && buffer != _spill)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The part of the body that came with the head.</summary>
    private int Body(byte[] buffer, int from, int to, byte[] room)
    {
        if (_left == 0)
        {
            Ended = true;
            _reusable &= from == to;
            return 0;
        }

        if (buffer != room && to - from > room.Length)
        {
            (_spill, _spillAt, _spillEnd) = (buffer, from, to);
            return Decode(room.AsSpan(0, Unspill(room)));
        }

        buffer.AsSpan(from, to - from).CopyTo(room);
        return from == to ? 0 : Decode(room.AsSpan(0, to - from));
    }

    private int Unspill(Span<byte> room)
    {
        var part = Math.Min(room.Length, _spillEnd - _spillAt);
        _spill.AsSpan(_spillAt, part).CopyTo(room);
        _spillAt += part;
        if (_spillAt == _spillEnd)
        {
            ArrayPool<byte>.Shared.Return(_spill!);
            _spill = null;
        }

        return part;
    }

    private int Decode(Span<byte> bytes)
    {
        if (_head.Chunked)
        {
            var decoded = _chunks.Decode(bytes, out var used);
            if (_chunks.Broken)
            {
                throw new UpstreamException(UpstreamFault.Malformed, "its answer is not framed as HTTP says");
            }

            Ended = _chunks.Ended;
            _reusable &= used == bytes.Length && (!Ended || _spill == null);
            return decoded;
        }

        if (_left < 0)
        {
            return bytes.Length;
        }

        var part = (int)Math.Min(_left, bytes.Length);
        _left -= part;
        Ended = _left == 0;
        _reusable &= part == bytes.Length && (!Ended || _spill == null);
        return part;
    }

    private int WriteHead(ref UpstreamRequest request)
    {
        Span<byte> head = stackalloc byte[UpstreamRequest.HeadRoom];
        var at = 0;
        Put(head, ref at, request.Method);
        Put(head, ref at, " "u8);
        Put(head, ref at, basePath);
        Put(head, ref at, request.Path);
        Put(head, ref at, " HTTP/1.1\r\nHost: "u8);
        Put(head, ref at, host);
        Put(head, ref at, "\r\nAccept-Encoding: identity"u8); // what is compressed could be neither watched nor counted
        Header(head, ref at, "\r\nContent-Type: "u8, request.ContentType);
        Header(head, ref at, "\r\nAccept: "u8, request.Accept);
        Header(head, ref at, "\r\nUser-Agent: "u8, request.UserAgent);
        Header(head, ref at, "\r\nanthropic-version: "u8, request.AnthropicVersion);
        Header(head, ref at, "\r\nanthropic-beta: "u8, request.AnthropicBeta);
        Header(head, ref at, "\r\nOpenAI-Beta: "u8, request.OpenAiBeta);
        Header(head, ref at, "\r\ntraceparent: "u8, request.TraceParent);
        Header(head, ref at, "\r\nx-request-id: "u8, request.Id);
        foreach (var (name, value) in request.Rules.SetBeside)
        {
            Put(head, ref at, "\r\n"u8);
            Put(head, ref at, name);
            Put(head, ref at, ": "u8);
            Put(head, ref at, value);
        }

        if (apiKey != null)
        {
            if (request.KeyHeader is { } keyHeader)
            {
                Credential(head, ref at, keyHeader, "", apiKey, request.Rules);
            }
            else
            {
                Credential(head, ref at, request.AnthropicVersion == null ? null : "x-api-key", "", apiKey, request.Rules);
                Credential(head, ref at, "Authorization", "Bearer ", apiKey, request.Rules);
            }
        }

        if (request.Method != "GET")
        {
            Put(head, ref at, "\r\nContent-Length: "u8);
            Utf8Formatter.TryFormat(request.Length, head[at..], out var digits);
            at += digits;
        }

        Put(head, ref at, "\r\n\r\n"u8);
        head[..at].CopyTo(request.Buffer.AsSpan(request.Start - at));
        return at;
    }

    /// <summary>A credential goes where no rule says otherwise.</summary>
    private static void Credential(Span<byte> head, ref int at, string? name, string before, string apiKey, HeaderRules rules)
    {
        if (name != null && !rules.Changes(name))
        {
            Put(head, ref at, "\r\n"u8);
            Put(head, ref at, name);
            Put(head, ref at, ": "u8);
            Put(head, ref at, before);
            Put(head, ref at, apiKey);
        }
    }

    private static void Header(Span<byte> head, ref int at, ReadOnlySpan<byte> name, string? value)
    {
        if (value is { Length: > 0 and <= UpstreamRequest.MostHead } && value.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
        {
            Put(head, ref at, name);
            Put(head, ref at, value);
        }
    }

    private static void Put(Span<byte> head, ref int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(head[at..]);
        at += text.Length;
    }

    private static void Put(Span<byte> head, ref int at, string text) => at += Encoding.ASCII.GetBytes(text, head[at..]);

    private void Take(ReadOnlySpan<byte> head, HttpResponse response)
    {
        Status = _head.Status;
        ContentLength = _head.Chunked ? -1 : _head.Length;
        _left = ContentLength;
        EndsWithConnection = !_head.Chunked && ContentLength < 0;
        // both: the one that counts is known, but nothing more is asked of such a server on this connection
        _reusable &= !_head.Chunked || _head.Length < 0;
        foreach (var line in new AnswerHead.Lines(head))
        {
            var name = line.Name;
            var value = line.Value;
            if (Ascii.EqualsIgnoreCase(name, "content-type"u8))
            {
                TakeType(
                    response,
                    value.SequenceEqual("application/json"u8) ? "application/json"
                        : value.SequenceEqual("text/event-stream"u8) ? "text/event-stream"
                        : Encoding.Latin1.GetString(value)
                );
            }
            else if (!AnswerHead.IsFraming(name) && !Ascii.EqualsIgnoreCase(name, "date"u8))
            {
                PassOn(response, Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value));
            }
        }
    }
}
