using System.Text.Json;

namespace Stillwatch.Reports.Calibrations;

/// <summary>
/// Reads a list of honest accounts: a name a line, or a labels file, whose accounts without a campaign are the honest ones.
/// </summary>
internal static class HonestList
{
    /// <summary>The names.</summary>
    /// <exception cref="UnusableInputException">The file cannot be read.</exception>
    public static IEnumerable<string> Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"{path}: {Readable.Why(path, fault)}");
        }

        return text.TrimStart().StartsWith('{')
            ? FromLabels(path, text)
            : text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static List<string> FromLabels(string path, string text)
    {
        try
        {
            using var labels = JsonDocument.Parse(text);
            return
            [
                .. labels
                    .RootElement.GetProperty("accounts")
                    .EnumerateObject()
                    .Where(account =>
                        !account.Value.TryGetProperty("campaign", out var campaign) || campaign.ValueKind == JsonValueKind.Null
                    )
                    .Select(account => account.Name),
            ];
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UnusableInputException($"{path}: is neither a list of names nor a labels file ({fault.Message})");
        }
    }
}
