using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>Headers that are set and left out, whatever is there.</summary>
public sealed record HeaderRules
{
    /// <summary>No rules.</summary>
    public static HeaderRules None { get; } = new();

    /// <summary>Names and values that are set.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Set { get; init; } = [];

    /// <summary>Names that are left out.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsNone => Set.Count == 0 && Remove.Count == 0;

    /// <summary>How many characters the headers that are set have.</summary>
    internal int Characters => Set.Sum(set => set.Key.Length + set.Value.Length + 4);

    /// <summary>Whether header <paramref name="name"/> is left out, or has another value.</summary>
    public bool Changes(string name) =>
        Remove.Contains(name, StringComparer.OrdinalIgnoreCase) || Set.Any(set => set.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The value of header <paramref name="name"/> by these rules.</summary>
    public string? ValueOf(string name, string? value) =>
        Set.Where(set => set.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(set => set.Value).LastOrDefault()
        ?? (Remove.Contains(name, StringComparer.OrdinalIgnoreCase) ? null : value);

    /// <summary>Names and values that are set and that nothing else writes.</summary>
    internal IEnumerable<KeyValuePair<string, string>> SetBeside =>
        Set.Where(set => !set.Key.Equals("anthropic-version", StringComparison.OrdinalIgnoreCase));

    /// <summary>Applies the rules to the headers of an answer.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        foreach (var name in Remove)
        {
            headers.Remove(name);
        }

        foreach (var (name, value) in Set)
        {
            headers[name] = value;
        }
    }
}
