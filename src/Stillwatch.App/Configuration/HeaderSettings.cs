using Stillwatch.Gateway.Forward;

namespace Stillwatch.App.Configuration;

/// <summary>Reads rules of headers: <c>set</c>, a name and a value each, and <c>remove</c>, a list of names.</summary>
internal static class HeaderSettings
{
    // What frames a message, or says who sent it: a rule for one of these would change what the gateway and a model server take a request
    // for.
    private static readonly string[] Kept =
    [
        "content-length",
        "transfer-encoding",
        "connection",
        "host",
        "content-type",
        "content-encoding",
        "accept-encoding",
        "upgrade",
        "te",
        "trailer",
        "keep-alive",
        "expect",
        "x-request-id",
        "request-id",
    ];

    private const int MostCharacters = 1500;

    /// <summary>The rules in <paramref name="node"/>.</summary>
    public static HeaderRules Read(ConfigNode node)
    {
        var rules = new HeaderRules
        {
            Set = [.. node["set"].Fields().Select(field => KeyValuePair.Create(Name(field.Name, field.Node), Value(field.Node)))],
            Remove = [.. node["remove"].Items().Select(one => Name(one.Text() ?? "", one))],
        };
        return rules.Set.Sum(set => set.Key.Length + set.Value.Length) <= MostCharacters
            ? rules
            : node["set"].Wrong($"has more than {MostCharacters} characters in all", rules);
    }

    private static string Name(string name, ConfigNode node) =>
        name.Length is 0 or > 100 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))
            ? node.Wrong($"'{name}' is no name of a header", "x")
        : Kept.Contains(name, StringComparer.OrdinalIgnoreCase) ? node.Wrong($"'{name}' is the gateway's own to say", "x")
        : name;

    private static string Value(ConfigNode node) =>
        node.Text() is { Length: <= 1000 } text && text.All(letter => letter is >= ' ' and <= '~')
            ? text
            : node.Wrong("is no value of a header: up to 1,000 printable ASCII characters are", "");
}
