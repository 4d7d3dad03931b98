namespace Stillwatch.Campaigns;

/// <summary>Something that a log holds too little of, and who therefore sees little or nothing.</summary>
/// <param name="Seen">How many of how many show it.</param>
/// <param name="Detectors">The names of detectors that need it.</param>
/// <param name="Links">The names of links that need it.</param>
public sealed record Blindness(Coverage.Seen Seen, IReadOnlyList<string> Detectors, IReadOnlyList<string> Links)
{
    /// <summary>In one line.</summary>
    public override string ToString()
    {
        var who = string.Join(" and ", new[] { Named(Detectors, "detector"), Named(Links, "link") }.Where(text => text.Length > 0));
        return $"{Seen}: {who} {(Detectors.Count + Links.Count == 1 ? "sees" : "see")} "
            + $"{(Seen.Some == 0 ? "nothing" : "nothing of the others")}";
    }

    private static string Named(IReadOnlyList<string> names, string what) =>
        names.Count == 0 ? "" : $"the {what}{(names.Count == 1 ? "" : "s")} {string.Join(", ", names)}";
}
