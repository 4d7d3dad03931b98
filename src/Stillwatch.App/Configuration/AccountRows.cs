using System.Text.Json;
using Stillwatch.Engine.Storage;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Configuration;

/// <summary>What a file tells of accounts, one JSON object a line, as rows of the store.</summary>
internal static class AccountRows
{
    /// <summary>Reads a file of account facts.</summary>
    public static (List<AccountRow> Rows, List<string> Complaints) Read(string path)
    {
        List<AccountRow> rows = [];
        List<string> complaints = [];
        var number = 0;
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (line.Trim().Length == 0)
                {
                    continue;
                }

                try
                {
                    using var row = JsonDocument.Parse(line);
                    rows.Add(Row(row.RootElement));
                }
                catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
                {
                    complaints.Add($"{path}:{number}: {fault.Message}");
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"{path}: {Readable.Why(path, fault)}");
        }

        return (rows, complaints);
    }

    private static AccountRow Row(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || Text(row, "account") is not { Length: > 0 } account)
        {
            throw new FormatException("the field 'account' is missing or empty");
        }

        var created = Text(row, "created");
        if (created != null && !Rfc3339.TryParse(System.Text.Encoding.UTF8.GetBytes(created), out _))
        {
            throw new FormatException("the field 'created' is not an RFC 3339 time");
        }

        return new AccountRow(account)
        {
            Created = created,
            Organisation = Text(row, "organisation"),
            EmailDomain = Text(row, "email_domain"),
            Country = Text(row, "country"),
            Tier = Text(row, "tier"),
            Payment = Text(row, "payment"),
            Verified = row.TryGetProperty("verified", out var verified) && verified.ValueKind == JsonValueKind.True,
        };
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : value.ValueKind == JsonValueKind.Number
                    ? value.GetRawText()
                    : null
            : null;
}
