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
        import.SetAction(async (parsed, cancel) =>
        {
            var (rows, complaints) = Read(parsed.GetValue(file)!);
            await KeysVerb.ChangeAsync(DataFolder.Make(parsed.GetValue(data)), store =>
            {
                store.Import(rows);
                return null;
            }, cancel);
            foreach (var complaint in complaints)
            {
                Terminal.Error.WriteLine(Shown.Text(complaint));
            }

            Terminal.Error.WriteLine($"{Count.Of(rows.Count, "account")} taken, {Count.Of(complaints.Count, "line")} not");
            return complaints.Count == 0 ? ExitCode.Done : ExitCode.DidNotHold;
        });
        var list = new Command("list", "List accounts: name, organisation, tier, when made, what is known.");
        list.SetAction(parsed =>
        {
            using var store = KeysVerb.Open(DataFolder.Existing(parsed.GetValue(data)));
            PlainTable.Write(Terminal.Out, ["account", "organisation", "tier", "made", "known"], store.Accounts().Select(row => (string[])
                [row.Name, row.Organisation ?? "-", row.Tier ?? "-", row.Created ?? "-", $"{(row.Payment == null ? "no payment" : "payment")}{(row.Verified ? ", verified" : "")}{(row.Suspended ? ", suspended" : "")}"]));
            return ExitCode.Done;
        });
        var account = new Argument<string>("ACCOUNT") { Description = "The account's name" };
        var suspend = new Command("suspend", "Refuse an account's requests.") { account };
        suspend.SetAction((parsed, cancel) => SuspendAsync(parsed.GetValue(data), parsed.GetValue(account)!, suspended: true, cancel));
        var restore = new Command("restore", "Take a suspended account's requests again.") { account };
        restore.SetAction((parsed, cancel) => SuspendAsync(parsed.GetValue(data), parsed.GetValue(account)!, suspended: false, cancel));
        var endUser = new Option<string?>("--end-user") { Description = "Only this end user of the account", HelpName = "NAME" };
        var erase = new Command("erase", "Destroy the keys under which an account's text, or an end user's, is sealed: nobody can read it any more.") { account, endUser };
        erase.SetAction(async (parsed, cancel) =>
        {
            var folder = DataFolder.Existing(parsed.GetValue(data));
            int destroyed;
            using (var vault = new KeyVault(folder.Vault, folder.Master, durable: true))
            {
                destroyed = vault.Destroy(parsed.GetValue(account)!, parsed.GetValue(endUser));
            }

            await RunningConsole.RefreshAsync(folder, cancel);
            Terminal.Error.WriteLine($"{Count.Of(destroyed, "key")} destroyed{(destroyed == 0 ? ": nothing is sealed for that name" : "")}");
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
        row.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null : null;

    private static Task<int> SuspendAsync(string? data, string account, bool suspended, CancellationToken cancel) => KeysVerb.ChangeAsync(DataFolder.Existing(data), store =>
    {
        if (!store.Suspend(account, suspended))
        {
            throw new UnusableInputException($"there is no account {account}; ./stillwatch accounts list shows them");
        }

        Terminal.Error.WriteLine(Shown.Text($"account {account} {(suspended ? "is suspended: its requests are refused from now on" : "is taken again")}"));
        return null;
    }, cancel);
}
