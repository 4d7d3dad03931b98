using System.CommandLine;
using System.Globalization;
using System.Net;
using Stillwatch.Accounts;
using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.Engine.Storage;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch keys</c>: makes, lists, rotates and takes back keys, also while the gateway runs.</summary>
internal static class KeysVerb
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
        var account = new Option<string>("--account")
        {
            Description = "Whose key it is; the account is made where it is missing",
            HelpName = "NAME",
            Required = true,
        };
        var organisation = new Option<string?>("--organisation")
        {
            Description = "The organisation that the account belongs to",
            HelpName = "NAME",
        };
        var tier = new Option<string?>("--tier") { Description = "The account's tier", HelpName = "NAME" };
        var environment = new Option<string>("--environment")
        {
            Description = "Letters and digits that the key shows",
            HelpName = "NAME",
            DefaultValueFactory = _ => "live",
        };
        var expires = new Option<string?>("--expires")
        {
            Description = "From when on it is refused: a time such as 2027-01-31T00:00:00Z, or days such as 90d",
            HelpName = "TIME",
        };
        var address = new Option<string[]>("--address")
        {
            Description = "An address or a network (10.0.0.0/8) from which it is taken; may be given again. From everywhere otherwise",
            HelpName = "NETWORK",
        };
        var create = new Command(
            "create",
            "Make a key. It is printed alone on the last line, once and never again; it works when the command returns."
        )
        {
            account,
            organisation,
            tier,
            environment,
            expires,
            address,
        };
        create.SetAction(
            (parsed, cancel) =>
                ChangeAsync(
                    DataFolder.Make(parsed.GetValue(data)),
                    store =>
                    {
                        if (parsed.GetValue(account) is not { Length: > 0 and <= 256 } name)
                        {
                            throw new UnusableInputException("--account: a name of 1 to 256 characters is wanted");
                        }

                        return store.CreateKey(
                            name,
                            parsed.GetValue(organisation),
                            parsed.GetValue(tier),
                            Environment(parsed.GetValue(environment)!),
                            Time(parsed.GetValue(expires)),
                            [.. (parsed.GetValue(address) ?? []).Select(Network)]
                        );
                    },
                    cancel
                )
        );
        var list = new Command(
            "list",
            "List keys: id, account, when made, state, from where they are taken. Keys themselves are not kept."
        );
        list.SetAction(parsed =>
        {
            using var store = Open(DataFolder.Existing(parsed.GetValue(data)));
            PlainTable.Write(
                Terminal.Out,
                ["id", "account", "made", "state", "from"],
                store
                    .Keys()
                    .Select(key =>
                        (string[])
                            [
                                key.Id,
                                key.Account,
                                key.Created,
                                key.Revoked != null ? "revoked " + key.Revoked
                                : key.Expires != null ? "expires " + key.Expires
                                : "valid",
                                key.Addresses ?? "everywhere",
                            ]
                    )
            );
            return ExitCode.Done;
        });
        var id = new Argument<string>("ID") { Description = "The key's id: the eight characters behind swk_ENV_" };
        var revoke = new Command("revoke", "Take a key back: it is refused when the command returns.") { id };
        revoke.SetAction(
            (parsed, cancel) =>
                ChangeAsync(
                    DataFolder.Existing(parsed.GetValue(data)),
                    store =>
                    {
                        var key = Find(store, parsed.GetValue(id)!);
                        var before = key.Revoked;
                        store.Revoke(key.Id);
                        Remark.Write(
                            $"key {key.Id} of account {key.Account} "
                                + $"{(before == null ? "is revoked: requests with it are refused from now on" : $"was revoked already, {before}")}"
                        );
                        return null;
                    },
                    cancel
                )
        );
        var overlap = new Option<double>("--overlap-hours")
        {
            Description = "For how long the old key is still taken",
            DefaultValueFactory = _ => 24,
        };
        var rotate = new Command("rotate", "Make another key for the same account; the old one is refused after the overlap.")
        {
            id,
            environment,
            overlap,
        };
        rotate.SetAction(
            (parsed, cancel) =>
                ChangeAsync(
                    DataFolder.Existing(parsed.GetValue(data)),
                    store =>
                    {
                        var hours = parsed.GetValue(overlap);
                        if (hours is not (>= 0 and <= 100_000))
                        {
                            throw new UnusableInputException($"--overlap-hours {hours}: 0 to 100,000 hours are taken");
                        }

                        var key = Find(store, parsed.GetValue(id)!);
                        return store.Rotate(key.Id, Environment(parsed.GetValue(environment)!), TimeSpan.FromHours(hours))
                            ?? throw new UnusableInputException(
                                $"key {key.Id} is revoked or has expired; make a new one with ./stillwatch keys create"
                            );
                    },
                    cancel
                )
        );
        return new Command("keys", "Make, list, rotate and take back API keys.") { data, create, list, revoke, rotate };
    }

    /// <summary>Opens the store of a data folder.</summary>
    /// <exception cref="UnusableInputException">It is no database of accounts.</exception>
    public static AccountStore Open(DataFolder folder)
    {
        try
        {
            return new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance);
        }
        catch (Microsoft.Data.Sqlite.SqliteException fault)
        {
            throw new UnusableInputException($"{folder.Accounts}: {fault.Message}");
        }
    }

    /// <summary>A network, or an address alone.</summary>
    private static IPNetwork Network(string text)
    {
        var whole = text.Contains('/', StringComparison.Ordinal)
            ? text
            : text + (text.Contains(':', StringComparison.Ordinal) ? "/128" : "/32");
        return IPNetwork.TryParse(whole, out var network)
            ? network
            : throw new UnusableInputException($"--address {text}: an address or a network such as 10.0.0.0/8 is wanted");
    }

    private static List<string> TiersOf(AccountStore store) =>
        [.. store.Accounts().Select(row => row.Tier).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// Changes the store; what <paramref name="change"/> gives back is printed alone on the last line, when a running deployment has taken
    /// the change.
    /// </summary>
    public static async Task<int> ChangeAsync(DataFolder folder, Func<AccountStore, string?> change, CancellationToken cancel)
    {
        string? said;
        List<string> tiers,
            before;
        using (var store = Open(folder))
        {
            try
            {
                before = TiersOf(store);
                said = change(store);
                tiers = TiersOf(store);
            }
            catch (Microsoft.Data.Sqlite.SqliteException fault)
            {
                throw new UnusableInputException($"{folder.Accounts}: {fault.Message}");
            }
        }

        var unknown = await RunningConsole.RefreshAsync(folder, cancel);
        if (
            unknown == null
            && tiers.Except(before, StringComparer.Ordinal).Where(tier => tier != Tier.Default).ToList() is { Count: > 0 } fresh
        )
        {
            Terminal.Error.WriteLine(
                Shown.Text(
                    $"stillwatch: nothing runs on {folder.Path} now: whether its configuration has the tier "
                        + $"{string.Join(", ", fresh)} is told when it starts"
                )
            );
        }
        else if (unknown?.Intersect(tiers, StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
        {
            Terminal.Error.WriteLine(
                Shown.Text(
                    $"stillwatch: the configuration of the running gateway has no tier {string.Join(", ", missing)}: accounts that "
                        + $"name it are in the tier '{Tier.Default}'"
                )
            );
        }

        if (said != null)
        {
            Terminal.WriteLine(said);
        }

        return ExitCode.Done;
    }

    /// <summary>The key that <paramref name="given"/> names: by its id, or the key itself, which is never shown again.</summary>
    private static KeyRow Find(AccountStore store, string given)
    {
        var id = given.StartsWith("swk_", StringComparison.Ordinal) ? ApiKey.IdOf(given) ?? "" : given;
        return store.Keys().FirstOrDefault(key => key.Id == id)
            ?? throw new UnusableInputException(
                $"there is no key {(id.Length is > 0 and <= 16 ? id : "of that id")}; ./stillwatch keys list shows their ids"
            );
    }

    private static string Environment(string shown) =>
        shown.Length is > 0 and <= 16 && shown.All(char.IsAsciiLetterOrDigit)
            ? shown
            : throw new UnusableInputException($"--environment {shown}: 1 to 16 letters and digits are taken");

    private static DateTimeOffset? Time(string? text)
    {
        if (text == null)
        {
            return null;
        }

        if (text.EndsWith('d') && double.TryParse(text[..^1], CultureInfo.InvariantCulture, out var days) && days is > 0 and < 100_000)
        {
            return SystemClock.Instance.GetUtcNow().AddDays(days);
        }

        return DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
            ? at
            : throw new UnusableInputException($"--expires {text}: a time such as 2027-01-31T00:00:00Z, or days such as 90d, is wanted");
    }
}
