using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Stillwatch.Sketches;

namespace Stillwatch.Logs;

/// <summary>
/// Reads the accounts log: facts by account. A line that cannot be read is named and skipped; of one account the last row counts.
/// </summary>
internal static class AccountsFile
{
    /// <summary>Reads <paramref name="path"/>; an empty result where it is null.</summary>
    /// <exception cref="UnusableInputException">The file cannot be opened.</exception>
    public static Dictionary<UInt128, AccountFacts> Read(string? path, KeyedHash key, Rejections rejections)
    {
        var facts = new Dictionary<UInt128, AccountFacts>();
        if (path == null)
        {
            return facts;
        }

        foreach (var block in new BlockReader([new LogSource(path, path)], rejections).Blocks(0))
        {
            using (block)
            {
                var each = block.GetEnumerator();
                while (each.MoveNext())
                {
                    var line = each.Current.Trim(" \t\r\n,[]"u8);
                    if (line.Length > 0 && Line(line, key, facts) is { Taken: false } rejection)
                    {
                        rejections.Add(0, each.Number, rejection);
                    }
                }
            }
        }

        return facts;
    }

    /// <summary>
    /// The means of payment, e-mail domain and time of sign-up of <paramref name="accounts"/>, as the file at <paramref name="path"/>
    /// writes them.
    /// </summary>
    public static Dictionary<string, (string? Payment, string? Domain, string? Created)> Texts(string? path, IReadOnlySet<string> accounts)
    {
        var texts = new Dictionary<string, (string?, string?, string?)>(StringComparer.Ordinal);
        foreach (
            var block in path == null || accounts.Count == 0
                ? []
                : new BlockReader([new LogSource(path, path)], Rejections.OfFile(path)).Blocks(0)
        )
        {
            using (block)
            {
                var each = block.GetEnumerator();
                while (each.MoveNext())
                {
                    try
                    {
                        var line = each.Current.Trim(" \t\r\n,[]"u8);
                        var row = JsonSlices.Of(line);
                        if (row.Text(line, "account") is { } account && accounts.Contains(account))
                        {
                            texts[account] = (row.Text(line, "payment"), row.Text(line, "email_domain"), row.Text(line, "created"));
                        }
                    }
                    catch (JsonException)
                    {
                        // Named when the facts were read.
                    }
                }
            }
        }

        return texts;
    }

    private static Rejection Line(ReadOnlySpan<byte> line, KeyedHash key, Dictionary<UInt128, AccountFacts> facts)
    {
        try
        {
            using var row = JsonDocument.Parse(line.ToArray());
            if (row.RootElement.ValueKind != JsonValueKind.Object || Text(row.RootElement, "account") is not { Length: > 0 } account)
            {
                return new(RejectionKind.FieldMissing, "the field 'account' is missing or empty");
            }

            EventTime? created = null;
            if (Text(row.RootElement, "created") is { } text)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                if (LogTime.Complaint("created", LogTime.Read(bytes, out var at), bytes) is { } complaint)
                {
                    return new(RejectionKind.FieldUnusable, complaint);
                }

                created = at;
            }

            facts[key.WideOf(Encoding.UTF8.GetBytes(account))] = new AccountFacts(
                created,
                Fingerprint(row.RootElement, "payment", key),
                Fingerprint(row.RootElement, "email_domain", key),
                Fingerprint(row.RootElement, "organisation", key),
                Fingerprint(row.RootElement, "country", key),
                row.RootElement.TryGetProperty("verified", out var verified) && verified.ValueKind == JsonValueKind.True
            );
            return Rejection.None;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return new(RejectionKind.NotJson, $"not a valid JSON object ({fault.Message})");
        }
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : value.ValueKind == JsonValueKind.Number
                    ? value.GetRawText()
                    : null
            : null;

    private static ulong Fingerprint(JsonElement row, string name, KeyedHash key) =>
        Text(row, name) is { Length: > 0 } text ? key.Of(Encoding.UTF8.GetBytes(text)) : 0;
}
