using System.CommandLine;
using System.Globalization;
using Stillwatch.App.Deployment;
using Stillwatch.Engine.Storage;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch keys</c>: makes, lists, rotates and takes back keys, also while the gateway runs.</summary>
internal static class KeysVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var data = new Option<string?>("--data") { Description = $"The data folder; {DataFolder.DefaultPath} otherwise", HelpName = "DIR", Recursive = true };
        var account = new Option<string>("--account") { Description = "Whose key it is; the account is made where it is missing", HelpName = "NAME", Required = true };
        var organisation = new Option<string?>("--organisation") { Description = "The organisation that the account belongs to", HelpName = "NAME" };
        var tier = new Option<string?>("--tier") { Description = "The account's tier", HelpName = "NAME" };
        var environment = new Option<string>("--environment") { Description = "Letters and digits that the key shows", HelpName = "NAME", DefaultValueFactory = _ => "live" };
        var expires = new Option<string?>("--expires") { Description = "From when on it is refused: a time such as 2027-01-31T00:00:00Z, or days such as 90d", HelpName = "TIME" };
        var create = new Command("create", "Make a key. It is printed alone on the last line, once and never again.") { account, organisation, tier, environment, expires };
        create.SetAction(parsed => With(parsed.GetValue(data), store =>
        {
            var shown = parsed.GetValue(environment)!;
            if (shown.Length is 0 or > 16 || !shown.All(char.IsAsciiLetterOrDigit))
            {
                throw new UnusableInputException($"--environment {shown}: 1 to 16 letters and digits are taken");
            }

            if (parsed.GetValue(account) is not { Length: > 0 and <= 256 } name)
            {
                throw new UnusableInputException("--account: a name of 1 to 256 characters is wanted");
            }

            Terminal.WriteLine(store.CreateKey(name, parsed.GetValue(organisation), parsed.GetValue(tier), shown, Time(parsed.GetValue(expires))));
            return ExitCode.Done;
        }));
        var list = new Command("list", "List keys: id, account, when made, state. Keys themselves are not kept.");
        list.SetAction(parsed => With(parsed.GetValue(data), store =>
        {
            foreach (var key in store.Keys())
            {
                Terminal.WriteLine($"{key.Id}\t{key.Account}\t{key.Created}\t{(key.Revoked != null ? "revoked " + key.Revoked : key.Expires != null ? "expires " + key.Expires : "valid")}");
            }

            return ExitCode.Done;
        }));
        var id = new Argument<string>("ID") { Description = "The key's id: the eight characters behind swk_ENV_" };
        var revoke = new Command("revoke", "Take a key back; a running gateway refuses it within a second.") { id };
        revoke.SetAction(parsed => With(parsed.GetValue(data), store =>
            store.Revoke(parsed.GetValue(id)!) ? ExitCode.Done : throw new UnusableInputException($"there is no key {parsed.GetValue(id)}; ./stillwatch keys list shows them")));
        var overlap = new Option<double>("--overlap-hours") { Description = "For how long the old key is still taken", DefaultValueFactory = _ => 24 };
        var rotate = new Command("rotate", "Make another key for the same account; the old one is refused after the overlap.") { id, environment, overlap };
        rotate.SetAction(parsed => With(parsed.GetValue(data), store =>
        {
            Terminal.WriteLine(store.Rotate(parsed.GetValue(id)!, parsed.GetValue(environment)!, TimeSpan.FromHours(parsed.GetValue(overlap)))
                ?? throw new UnusableInputException($"there is no valid key {parsed.GetValue(id)}; ./stillwatch keys list shows them"));
            return ExitCode.Done;
        }));
        return new Command("keys", "Make, list, rotate and take back API keys.") { data, create, list, revoke, rotate };
    }

    /// <summary>Opens the store of a data folder.</summary>
    public static int With(string? data, Func<AccountStore, int> use)
    {
        var folder = new DataFolder(data);
        try
        {
            using var store = new AccountStore(folder.Accounts, folder.Master, SystemClock.Instance);
            return use(store);
        }
        catch (Microsoft.Data.Sqlite.SqliteException fault)
        {
            throw new UnusableInputException($"{folder.Accounts}: {fault.Message}");
        }
    }

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

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new UnusableInputException($"--expires {text}: a time such as 2027-01-31T00:00:00Z, or days such as 90d, is wanted");
    }
}
