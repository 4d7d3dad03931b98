namespace Stillwatch.Gateway.Enforce;

/// <summary>
/// Paths under which model servers keep things for their caller. The gateway's accounts share one credential there: whoever knows or
/// guesses an id would have another's.
/// </summary>
internal static class SharedState
{
    private static readonly string[] Kinds =
    [
        "files",
        "batches",
        "uploads",
        "responses",
        "conversations",
        "vector_stores",
        "assistants",
        "threads",
        "fine_tuning",
        "fine-tunes",
        "containers",
        "evals",
        "videos",
        "messages",
        "organizations",
        "organization",
        "chat",
        "completions",
        "skills",
        "environments",
        "sessions",
        "agents",
    ];

    /// <summary>Whether <paramref name="path"/>, one that is no API of the gateway, leads to such a thing.</summary>
    public static bool IsIn(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 2 && Kinds.Contains(parts[1], StringComparer.OrdinalIgnoreCase);
    }
}
