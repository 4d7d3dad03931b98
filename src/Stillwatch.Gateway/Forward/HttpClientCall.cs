using System.Net;
using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>A call by the runtime's own client: over TLS, and over HTTP/2, where many calls share a connection.</summary>
internal sealed class HttpClientCall(HttpMessageInvoker client, UpstreamOptions upstream) : UpstreamCall
{
    private readonly CancellationTokenSource _cancel = new();
    private PooledContent? _request;
    private HttpResponseMessage? _answer;
    private Stream? _body;
    private long _read;

    /// <inheritdoc/>
    public override bool HoldsRequest => _request?.InUse == true;

    /// <inheritdoc/>
    public override async ValueTask<int> SendAsync(UpstreamRequest request, HttpResponse response, byte[] room)
    {
        var message = new HttpRequestMessage(
            new HttpMethod(request.Method),
            new Uri(upstream.Url.GetLeftPart(UriPartial.Authority) + upstream.Url.AbsolutePath.TrimEnd('/') + request.Path)
        )
        {
            Version = upstream.Http2 || upstream.Url.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = upstream.Http2 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
        };
        if (request.Method != "GET")
        {
            message.Content = _request = new PooledContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (
            var (name, value) in new[]
            {
                ("Accept", request.Accept),
                ("Accept-Encoding", "identity"),
                ("User-Agent", request.UserAgent),
                ("anthropic-version", request.AnthropicVersion),
                ("anthropic-beta", request.AnthropicBeta),
                ("OpenAI-Beta", request.OpenAiBeta),
                ("traceparent", request.TraceParent),
                ("x-request-id", request.Id),
                (request.KeyHeader ?? "", upstream.ApiKey),
                ("Authorization", request.KeyHeader != null || upstream.ApiKey == null ? null : "Bearer " + upstream.ApiKey),
                ("x-api-key", request.KeyHeader != null || request.AnthropicVersion == null ? null : upstream.ApiKey),
            }
                .Where(header => header.Item1.Length > 0 && !request.Rules.Changes(header.Item1))
                .Concat(request.Rules.Set.Select(set => (set.Key, (string?)set.Value)))
        )
        {
            if (value is { Length: > 0 })
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        try
        {
            _answer = await client.SendAsync(message, _cancel.Token);
            _request?.LetGo();
            Status = (int)_answer.StatusCode;
            ContentLength = _answer.Content.Headers.ContentLength ?? -1;
            if (
                Status < 200
                || _answer.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            )
            {
                throw new UpstreamException(
                    UpstreamFault.Malformed,
                    Status < 200
                        ? $"it answers {Status}, which was not asked for"
                        : "its answer is compressed, though it was asked for a plain one"
                );
            }

            TakeType(response, _answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : null);
            foreach (var (name, values) in _answer.Headers.NonValidated.Concat(_answer.Content.Headers.NonValidated))
            {
                foreach (var value in values)
                {
                    PassOn(response, name, value);
                }
            }

            _body = await _answer.Content.ReadAsStreamAsync(_cancel.Token);
            return 0;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            var unreachable =
                fault is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
                };
            throw new UpstreamException(unreachable ? UpstreamFault.Unreachable : UpstreamFault.Closed, fault.Message, fault);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> room)
    {
        try
        {
            var have = await _body!.ReadAsync(room, _cancel.Token);
            _read += have;
            Ended = have == 0 || _read == ContentLength;
            return have;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            throw new UpstreamException(UpstreamFault.Cut, fault.Message, fault);
        }
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _body?.Dispose();
        _answer?.Dispose();
        _cancel.Dispose();
    }
}
