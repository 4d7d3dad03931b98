using System.CommandLine;
using System.Text.Json;
using Stillwatch.App.Deployment;
using Stillwatch.Engine.Storage;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch accounts</c>: what is known of accounts, also while the gateway runs.</summary>
internal static class AccountsVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var data = new Option<string?>("--data") { Description = $"The data folder; {DataFolder.DefaultPath} otherwise", HelpName = "DIR", Recursive = true };
        var file = new Argument<string>("FILE") { Description = "One JSON object a line (docs/formats/exchange-log.md)" };
        var import = new Command("import", "Add accounts and update what is known of them.") { file };
        import.SetAction(parsed => KeysVerb.With(parsed.GetValue(data), store =>
        {
            var (rows, complaints) = Read(parsed.GetValue(file)!);
            store.Import(rows);
            foreach (var complaint in complaints)
            {
                Terminal.Error.WriteLine(complaint);
            }

            Terminal.Error.WriteLine($"{rows.Count} accounts taken, {complaints.Count} lines not");
            return complaints.Count == 0 ? ExitCode.Done : ExitCode.DidNotHold;
        }));
        var list = new Command("list", "List accounts: name, organisation, tier, when made, what is known.");
        list.SetAction(parsed => KeysVerb.With(parsed.GetValue(data), store =>
        {
            foreach (var row in store.Accounts())
            {
                Terminal.WriteLine($"{row.Name}\t{row.Organisation ?? "-"}\t{row.Tier ?? "-"}\t{row.Created ?? "-"}\t{(row.Payment == null ? "no payment known" : "payment known")}{(row.Verified ? ", verified" : "")}{(row.Suspended ? ", suspended" : "")}");
            }

            return ExitCode.Done;
        }));
        var account = new Argument<string>("ACCOUNT") { Description = "The account's name" };
        var suspend = new Command("suspend", "Refuse an account's requests.") { account };
        suspend.SetAction(parsed => KeysVerb.With(parsed.GetValue(data), store => Known(store.Suspend(parsed.GetValue(account)!, suspended: true), parsed.GetValue(account)!)));
        var restore = new Command("restore", "Take a suspended account's requests again.") { account };
        restore.SetAction(parsed => KeysVerb.With(parsed.GetValue(data), store => Known(store.Suspend(parsed.GetValue(account)!, suspended: false), parsed.GetValue(account)!)));
        var endUser = new Option<string?>("--end-user") { Description = "Only this end user of the account", HelpName = "NAME" };
        var erase = new Command("erase", "Destroy the keys under which an account's text, or an end user's, is sealed: nobody can read it any more.") { account, endUser };
        erase.SetAction(parsed =>
        {
            var folder = new DataFolder(parsed.GetValue(data));
            using var vault = new KeyVault(folder.Vault, folder.Master, durable: true);
            var destroyed = vault.Destroy(parsed.GetValue(account)!, parsed.GetValue(endUser));
            Terminal.Error.WriteLine($"{destroyed} keys were destroyed; a running gateway forgets them within a second");
            return ExitCode.Done;
        });
        return new Command("accounts", "Tell Stillwatch what is known of accounts.") { data, import, list, suspend, restore, erase };
    }

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
            throw new UnusableInputException($"{path}: cannot be read ({fault.Message})");
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
        row.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null : null;

    private static int Known(bool known, string account) => known ? ExitCode.Done : throw new UnusableInputException($"there is no account {account}; ./stillwatch accounts list shows them");
}
