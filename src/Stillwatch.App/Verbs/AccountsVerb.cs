using System.CommandLine;
using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.Engine.Vault;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch accounts</c>: what is known of accounts, also while the gateway runs.</summary>
internal static class AccountsVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var data = new Option<string?>("--data")
        {
            Description = $"The data folder; {DataFolder.DefaultPath} otherwise",
            HelpName = "DIR",
            Recursive = true,
        };
        var file = new Argument<string>("FILE") { Description = "One JSON object a line (docs/formats/exchange-log.md)" };
        var import = new Command("import", "Add accounts and update what is known of them.") { file };
        import.SetAction(
            async (parsed, cancel) =>
            {
                var (rows, complaints) = AccountRows.Read(parsed.GetValue(file)!);
                await KeysVerb.ChangeAsync(
                    DataFolder.Make(parsed.GetValue(data)),
                    store =>
                    {
                        store.Import(rows);
                        return null;
                    },
                    cancel
                );
                foreach (var complaint in complaints)
                {
                    Terminal.Error.WriteLine(Shown.Text(complaint));
                }

                Remark.Write($"{Count.Of(rows.Count, "account")} taken, {Count.Of(complaints.Count, "line")} not");
                return complaints.Count == 0 ? ExitCode.Done : ExitCode.DidNotHold;
            }
        );
        var list = new Command("list", "List accounts: name, organisation, tier, when made, what is known.");
        list.SetAction(parsed =>
        {
            using var store = KeysVerb.Open(DataFolder.Existing(parsed.GetValue(data)));
            PlainTable.Write(
                Terminal.Out,
                ["account", "organisation", "tier", "made", "known"],
                store
                    .Accounts()
                    .Select(row =>
                        (string[])
                            [
                                row.Name,
                                row.Organisation ?? "-",
                                row.Tier ?? "-",
                                row.Created ?? "-",
                                $"{(row.Payment == null ? "no payment" : "payment")}{(row.Verified ? ", verified" : "")}"
                                    + $"{(row.Suspended ? ", suspended" : "")}",
                            ]
                    )
            );
            return ExitCode.Done;
        });
        var account = new Argument<string>("ACCOUNT") { Description = "The account's name" };
        var suspend = new Command("suspend", "Refuse an account's requests.") { account };
        suspend.SetAction((parsed, cancel) => SuspendAsync(parsed.GetValue(data), parsed.GetValue(account)!, suspended: true, cancel));
        var restore = new Command("restore", "Take a suspended account's requests again.") { account };
        restore.SetAction((parsed, cancel) => SuspendAsync(parsed.GetValue(data), parsed.GetValue(account)!, suspended: false, cancel));
        var endUser = new Option<string?>("--end-user") { Description = "Only this end user of the account", HelpName = "NAME" };
        var erase = new Command(
            "erase",
            "Destroy the keys under which an account's text, or an end user's, is sealed: nobody can read it any more."
        )
        {
            account,
            endUser,
        };
        erase.SetAction(
            async (parsed, cancel) =>
            {
                var folder = DataFolder.Existing(parsed.GetValue(data));
                int destroyed;
                using (var vault = new KeyVault(folder.Vault, folder.Master, durable: true))
                {
                    destroyed = vault.Destroy(parsed.GetValue(account)!, parsed.GetValue(endUser));
                }

                await RunningConsole.RefreshAsync(folder, cancel);
                Remark.Write($"{Count.Of(destroyed, "key")} destroyed{(destroyed == 0 ? ": nothing is sealed for that name" : "")}");
                return ExitCode.Done;
            }
        );
        return new Command("accounts", "Tell Stillwatch what is known of accounts.") { data, import, list, suspend, restore, erase };
    }

    private static Task<int> SuspendAsync(string? data, string account, bool suspended, CancellationToken cancel) =>
        KeysVerb.ChangeAsync(
            DataFolder.Existing(data),
            store =>
            {
                if (!store.Suspend(account, suspended))
                {
                    throw new UnusableInputException($"there is no account {account}; ./stillwatch accounts list shows them");
                }

                Remark.Write($"account {account} {(suspended ? "is suspended: its requests are refused from now on" : "is taken again")}");
                return null;
            },
            cancel
        );
}
