using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>
/// A request as it goes to a model server: the body lies in <see cref="Buffer"/> from <see cref="Start"/> on, with room for a head before
/// it.
/// </summary>
internal struct UpstreamRequest
{
    /// <summary>Room that is left before the body.</summary>
    public const int HeadRoom = 6144;

    /// <summary>
    /// The most characters of path and headers that are passed on: with host, credentials and names they fit into the room.
    /// </summary>
    public const int MostHead = 4096;

    /// <summary>The most characters of a model server's credential.</summary>
    public const int MostApiKey = 300;

    /// <summary>The method.</summary>
    public string Method;

    /// <summary>The path with its query, as the client sent it.</summary>
    public string Path;

    /// <summary>The gateway's id of the exchange.</summary>
    public string Id;

    /// <summary>Headers that are passed on.</summary>
    public string? ContentType,
        Accept,
        UserAgent,
        AnthropicVersion,
        AnthropicBeta,
        OpenAiBeta,
        TraceParent;

    /// <summary>Headers that are set and left out, by rule.</summary>
    public readonly HeaderRules Rules => _rules ?? HeaderRules.None;

    private HeaderRules? _rules;

    /// <summary>The header that the credential goes in; null for <c>Authorization</c>.</summary>
    public string? KeyHeader;

    /// <summary>The buffer.</summary>
    public byte[] Buffer;

    /// <summary>Where the body begins.</summary>
    public int Start;

    /// <summary>Its bytes.</summary>
    public int Length;

    /// <summary>The body.</summary>
    public readonly ReadOnlyMemory<byte> Body => Buffer.AsMemory(Start, Length);

    /// <summary>How many characters of path and headers are passed on.</summary>
    public readonly int HeadLength =>
        Path.Length
        + Characters(ContentType)
        + Characters(Accept)
        + Characters(UserAgent)
        + Characters(AnthropicVersion)
        + Characters(AnthropicBeta)
        + Characters(OpenAiBeta)
        + Characters(TraceParent)
        + Characters(Id)
        + Rules.Characters;

    private static int Characters(string? value) => value?.Length ?? 0;

    /// <summary>Takes what is passed on of <paramref name="from"/>; the client's credentials are not.</summary>
    public static void Prepare(ref UpstreamRequest request, HttpRequest from, string id, HeaderRules rules, string? keyHeader)
    {
        request.KeyHeader = keyHeader;
        request._rules = rules;
        request.Method = from.Method;
        request.Path = Plain(from.Path.ToUriComponent() + from.QueryString.ToUriComponent());
        request.Id = id;
        request.ContentType = from.ContentType;
        request.Accept = from.Headers.Accept;
        request.UserAgent = from.Headers.UserAgent;
        request.AnthropicVersion = from.Headers["anthropic-version"];
        request.AnthropicBeta = from.Headers["anthropic-beta"];
        request.OpenAiBeta = from.Headers["OpenAI-Beta"];
        request.TraceParent = from.Headers.TraceParent;
        if (!rules.IsNone)
        {
            request.Accept = rules.Changes("accept") ? null : request.Accept;
            request.UserAgent = rules.Changes("user-agent") ? null : request.UserAgent;
            request.AnthropicVersion = rules.ValueOf("anthropic-version", request.AnthropicVersion);
            request.AnthropicBeta = rules.Changes("anthropic-beta") ? null : request.AnthropicBeta;
            request.OpenAiBeta = rules.Changes("openai-beta") ? null : request.OpenAiBeta;
            request.TraceParent = rules.Changes("traceparent") ? null : request.TraceParent;
        }
    }

    /// <summary>
    /// A path with its query without anything that could end the request line: what is no visible ASCII is written as percent and digits.
    /// </summary>
    public static string Plain(string path)
    {
        if (!path.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return path;
        }

        var plain = new System.Text.StringBuilder(path.Length + 16);
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(path))
        {
            _ = b is > 0x20 and < 0x7F ? plain.Append((char)b) : plain.Append('%').Append(b.ToString("X2"));
        }

        return plain.ToString();
    }
}
