using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Trials.Scoring;

/// <summary>What is needed of a scan result, version 1, for scoring it. Any program's result will do.</summary>
/// <param name="Accounts">The accounts that the scan saw.</param>
/// <param name="Campaigns">The accounts of each campaign of the result, campaigns of one included.</param>
internal sealed record ScoredResult(
    IReadOnlyDictionary<string, ScoredResult.Account> Accounts,
    IReadOnlyList<IReadOnlyList<string>> Campaigns
)
{
    /// <summary>An account as the scan saw it.</summary>
    internal sealed record Account(double Score, EventTime? FlaggedAt);

    /// <summary>Reads a file.</summary>
    /// <exception cref="UnusableInputException">The file cannot be read or is no scan result.</exception>
    public static ScoredResult Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != 1)
            {
                throw new JsonException($"its version is {root.GetProperty("version")}");
            }

            return new(
                root.GetProperty("accounts")
                    .EnumerateArray()
                    .ToDictionary(
                        account => account.GetProperty("account").GetString() ?? "",
                        account => new Account(account.GetProperty("score").GetDouble(), Time(account.GetProperty("flagged_at"))),
                        StringComparer.Ordinal
                    ),
                [
                    .. root.GetProperty("campaigns")
                        .EnumerateArray()
                        .Select(campaign =>
                            (IReadOnlyList<string>)
                                [.. campaign.GetProperty("accounts").EnumerateArray().Select(account => account.GetString() ?? "")]
                        ),
                ]
            );
        }
        catch (Exception fault)
            when (fault is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Readable.Unusable(path, fault, "a scan result of version 1");
        }
    }

    private static EventTime? Time(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return Rfc3339.TryParse(Encoding.UTF8.GetBytes(element.GetString() ?? ""), out var time)
            ? time
            : throw new JsonException($"'{element}' is no time");
    }
}
