using System.Buffers.Text;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>
/// A call over plain HTTP/1.1, by hand on pooled sockets: the runtime's client costs more than all the rest of an exchange (bench/gateway). Heads are
/// written anew, bodies framed anew: nothing that a client framed oddly goes any further.
/// </summary>
internal sealed class Http1Call(Http1Connections connections, string host, string basePath, string? apiKey) : UpstreamCall
{
    private const int MostHead = 32 * 1024;

    private Socket? _socket;
    private ChunkDecoder _chunks;
    private long _left = -1;
    private bool _chunked, _keepAlive = true, _aborted;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> SendAsync(UpstreamRequest request, HttpResponse response, byte[] room)
    {
        var head = WriteHead(ref request);
        var message = request.Buffer.AsMemory(request.Start - head, head + request.Length);
        _socket = connections.TryTake();
        var reused = _socket != null;
        while (true)
        {
            _socket ??= await connections.DialAsync();
            if (_aborted)
            {
                _socket.Dispose();
                throw new UpstreamException(UpstreamFault.Closed, "the call was broken off");
            }

            try
            {
                for (var sent = 0; sent < message.Length;)
                {
                    sent += await _socket.SendAsync(message[sent..]);
                }

                var have = await _socket.ReceiveAsync(room.AsMemory());
                if (have > 0)
                {
                    return await HeadAsync(response, room, have);
                }
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException && !_aborted && reused && !Answered)
            {
                // The server closed an idle connection as we took it: nothing was answered, and it is tried once on a new one.
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                throw new UpstreamException(Answered ? UpstreamFault.Cut : UpstreamFault.Closed, fault.Message, fault);
            }

            _socket.Dispose();
            _socket = null;
            if (!reused || _aborted)
            {
                throw new UpstreamException(UpstreamFault.Closed, "it closed the connection without an answer");
            }

            connections.Clear();   // those that lie deeper are older still
            reused = false;
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
            room = room[..(int)_left];   // nothing behind the body is read: what comes there belongs to nobody
        }

        int have;
        try
        {
            have = await _socket!.ReceiveAsync(room);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            throw new UpstreamException(UpstreamFault.Cut, fault.Message, fault);
        }

        if (have == 0)
        {
            _keepAlive = false;
            if (_chunked || _left > 0)
            {
                throw new UpstreamException(UpstreamFault.Cut, "it closed the connection in the middle of its answer");
            }

            Ended = true;   // a body without a length ends with its connection
            return 0;
        }

        return Decode(room.Span[..have]);
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        _aborted = true;
        _keepAlive = false;
        _socket?.Dispose();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_socket is not { } socket)
        {
            return;
        }

        _socket = null;
        if (Ended && _keepAlive && !_aborted)
        {
            connections.Give(socket);
        }
        else
        {
            socket.Dispose();
        }
    }

    private bool Answered => Status > 0;

    private async ValueTask<int> HeadAsync(HttpResponse response, byte[] room, int have)
    {
        while (true)
        {
            var end = room.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                ReadHead(room.AsSpan(0, end + 2), response);
                if (Status is >= 100 and < 200)
                {
                    room.AsSpan(end + 4, have - end - 4).CopyTo(room);
                    have -= end + 4;
                    Status = 0;
                    continue;
                }

                var body = room.AsSpan(end + 4, have - end - 4);
                body.CopyTo(room);
                if (_left == 0)
                {
                    Ended = true;
                }

                return body.Length == 0 || Ended ? 0 : Decode(room.AsSpan(0, body.Length));
            }

            if (have >= Math.Min(room.Length, MostHead))
            {
                throw new UpstreamException(UpstreamFault.Malformed, $"the head of its answer is longer than {have} bytes");
            }

            var more = await _socket!.ReceiveAsync(room.AsMemory(have));
            if (more == 0)
            {
                throw new UpstreamException(UpstreamFault.Cut, "it closed the connection in the head of its answer");
            }

            have += more;
        }
    }

    private int Decode(Span<byte> bytes)
    {
        if (_chunked)
        {
            var decoded = _chunks.Decode(bytes);
            if (_chunks.Broken)
            {
                throw new UpstreamException(UpstreamFault.Malformed, "its answer is not framed as HTTP says");
            }

            Ended = _chunks.Ended;
            return decoded;
        }

        if (_left < 0)
        {
            return bytes.Length;
        }

        var part = (int)Math.Min(_left, bytes.Length);
        _keepAlive &= part == bytes.Length;
        _left -= part;
        Ended = _left == 0;
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
        Header(head, ref at, "\r\nContent-Type: "u8, request.ContentType);
        Header(head, ref at, "\r\nAccept: "u8, request.Accept);
        Header(head, ref at, "\r\nUser-Agent: "u8, request.UserAgent);
        Header(head, ref at, "\r\nanthropic-version: "u8, request.AnthropicVersion);
        Header(head, ref at, "\r\nanthropic-beta: "u8, request.AnthropicBeta);
        Header(head, ref at, "\r\nOpenAI-Beta: "u8, request.OpenAiBeta);
        Header(head, ref at, "\r\ntraceparent: "u8, request.TraceParent);
        Header(head, ref at, "\r\nx-request-id: "u8, request.Id);
        if (apiKey != null)
        {
            if (request.AnthropicVersion != null)
            {
                Header(head, ref at, "\r\nx-api-key: "u8, apiKey);
            }

            Header(head, ref at, "\r\nAuthorization: Bearer "u8, apiKey);
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

    private void ReadHead(ReadOnlySpan<byte> head, HttpResponse response)
    {
        if (!head.StartsWith("HTTP/1."u8) || head.Length < 13 || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out var digits) || digits != 3)
        {
            throw new UpstreamException(UpstreamFault.Malformed, "its answer is no HTTP/1.1");
        }

        Status = status;
        _keepAlive = head[7] == '1';
        var rest = head[(head.IndexOf("\r\n"u8) + 2)..];
        while (rest.Length > 0)
        {
            var end = rest.IndexOf("\r\n"u8);
            var line = rest[..end];
            rest = rest[(end + 2)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
            {
                throw new UpstreamException(UpstreamFault.Malformed, "a header of its answer has no name");
            }

            ReadHeader(line[..colon], line[(colon + 1)..].Trim(" \t"u8), response);
        }

        if (status is 204 or 304)
        {
            _left = 0;
            ContentLength = 0;
        }

        if (_chunked)
        {
            ContentLength = -1;
            _left = -1;
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, HttpResponse response)
    {
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            if (!Utf8Parser.TryParse(value, out long length, out var used) || used != value.Length || length < 0 || ContentLength >= 0 && length != ContentLength)
            {
                throw new UpstreamException(UpstreamFault.Malformed, "its answer has no usable length");
            }

            ContentLength = _left = length;
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            _chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8) ? true : throw new UpstreamException(UpstreamFault.Malformed, "its answer has a transfer encoding other than chunked");
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            _keepAlive &= !Ascii.EqualsIgnoreCase(value, "close"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "content-type"u8))
        {
            IsEventStream = value.StartsWith("text/event-stream"u8);
            response.ContentType = value.SequenceEqual("application/json"u8) ? "application/json" : value.SequenceEqual("text/event-stream"u8) ? "text/event-stream" : Encoding.Latin1.GetString(value);
        }
        else if (!Ascii.EqualsIgnoreCase(name, "date"u8))
        {
            PassOn(response, Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value));
        }
    }
}
