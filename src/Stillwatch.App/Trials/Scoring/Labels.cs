using System.Text.Json;

namespace Stillwatch.App.Trials.Scoring;

/// <summary>What was true of a labelled stream. Read by <c>score</c> alone; no detector ever sees it.</summary>
/// <param name="Accounts">By account its role and its campaign; benign accounts have none.</param>
internal sealed record Labels(IReadOnlyDictionary<string, (string Role, string? Campaign)> Accounts)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="UnusableInputException">The file cannot be read or is no labels file.</exception>
    public static Labels Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new(
                document
                    .RootElement.GetProperty("accounts")
                    .EnumerateObject()
                    .ToDictionary(
                        account => account.Name,
                        account =>
                            (
                                account.Value.GetProperty("role").GetString() ?? "",
                                account.Value.TryGetProperty("campaign", out var campaign) ? campaign.GetString() : null
                            ),
                        StringComparer.Ordinal
                    )
            );
        }
        catch (Exception fault)
            when (fault is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Readable.Unusable(path, fault, "a labels file");
        }
    }
}
