namespace Stillwatch.App.Configuration;

/// <summary>Where notices to customers are posted, signed by Standard Webhooks.</summary>
/// <param name="Url">The endpoint.</param>
/// <param name="Secret">What it is signed with: the bytes behind <c>whsec_</c>.</param>
/// <param name="Account">Whose notices go there; null for all.</param>
internal sealed record WebhookSettings(Uri Url, byte[] Secret, string? Account)
{
    private const string Prefix = "whsec_";
    private const int LeastSecret = 24; // bytes, by the specification

    /// <summary>Reads the list of endpoints.</summary>
    public static IReadOnlyList<WebhookSettings> Read(ConfigNode list) => [.. list.Items().Select(ReadOne)];

    private static WebhookSettings ReadOne(ConfigNode node)
    {
        var url =
            Uri.TryCreate(node["url"].Text(), UriKind.Absolute, out var given) && given.Scheme is "http" or "https"
                ? given!
                : node.Wrong("needs 'url', an http or https address", new Uri("http://0.0.0.0/"));
        var text = node["secret"].Text();
        byte[]? secret = null;
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) == true)
        {
            var room = new byte[text.Length];
            secret = Convert.TryFromBase64String(text[Prefix.Length..], room, out var length) ? room[..length] : null;
        }

        return new(
            url,
            secret is { Length: >= LeastSecret }
                ? secret
                : node.Wrong($"needs 'secret': {Prefix} and {LeastSecret} bytes or more in base 64", new byte[1]),
            node["account"].Text()
        );
    }
}
