using Stillwatch.App.Trials.Scoring;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>A stream whose truth is known, as features in memory: what is evaluated, as it is and in variants.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Accounts">The accounts' names, by number in order of first exchanges.</param>
/// <param name="Facts">What the provider knows of them, by number.</param>
/// <param name="Exchanges">The exchanges in order of time.</param>
/// <param name="Labels">What is true. Only the measuring and the making of variants read it.</param>
internal sealed record LabelledStream(
    string Name,
    IReadOnlyList<string> Accounts,
    IReadOnlyList<AccountFacts> Facts,
    IReadOnlyList<AccountExchange> Exchanges,
    Labels Labels
)
{
    private static readonly string[] Endings = [".jsonl", ".jsonl.gz", ".jsonl.zst"];

    /// <summary>The campaign that account number <paramref name="account"/> is truly in; null where it is honest.</summary>
    public string? CampaignOf(int account) => Labels.Accounts.GetValueOrDefault(Accounts[account]).Campaign;

    /// <summary>The role of account number <paramref name="account"/>; null where it has no label.</summary>
    public string? RoleOf(int account) => Labels.Accounts.GetValueOrDefault(Accounts[account]).Role;

    /// <summary>The accounts that are in no campaign, numbered anew.</summary>
    public HonestPopulation Honest()
    {
        var numberOf = new int[Accounts.Count];
        List<AccountFacts> facts = [];
        for (var number = 0; number < Accounts.Count; number++)
        {
            numberOf[number] = CampaignOf(number) == null ? facts.Count : -1;
            if (numberOf[number] >= 0)
            {
                facts.Add(Facts[number]);
            }
        }

        return new HonestPopulation(
            Name,
            facts,
            [
                .. Exchanges
                    .Where(exchange => numberOf[exchange.Account] >= 0)
                    .Select(exchange => exchange with { Account = numberOf[exchange.Account] }),
            ],
            HonestList: true
        );
    }

    /// <summary>Reads a folder with <c>exchanges.jsonl</c> (plain, .gz or .zst), <c>accounts.jsonl</c> and <c>labels.json</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="read">Reads the log, with progress.</param>
    /// <exception cref="UnusableInputException">A file is missing or unreadable.</exception>
    public static LabelledStream Read(string folder, Action<LogReader> read)
    {
        if (!Directory.Exists(folder))
        {
            throw new UnusableInputException(
                $"{folder}: there is no such folder; give one with exchanges.jsonl (.gz, .zst), accounts.jsonl and labels.json"
            );
        }

        var log = Endings.Select(ending => Path.Combine(folder, "exchanges" + ending)).FirstOrDefault(File.Exists)
            ?? throw new UnusableInputException($"{folder}: has no exchanges.jsonl, .jsonl.gz or .jsonl.zst");
        var labels = Labels.Load(Path.Combine(folder, "labels.json"));
        var accountsFile = Path.Combine(folder, "accounts.jsonl");
        var complaints = Rejections.OfFile(accountsFile);
        var facts = AccountsFile.Read(File.Exists(accountsFile) ? accountsFile : null, KeyedHash.ForScan, complaints);
        using var reader = new LogReader([log], KeyedHash.ForScan);
        read(reader);
        var numbers = new Dictionary<UInt128, int>();
        List<string> names = [];
        List<AccountFacts> known = [];
        List<AccountExchange> exchanges = [];
        foreach (var exchange in reader.Exchanges())
        {
            if (!numbers.TryGetValue(exchange.Account, out var number))
            {
                number = numbers[exchange.Account] = names.Count;
                names.Add(reader.Accounts[exchange.Account]);
                known.Add(facts.GetValueOrDefault(exchange.Account));
            }

            exchanges.Add(new(number, exchange.Features));
        }

        foreach (var line in complaints.Told().Concat(reader.Rejections.Told()))
        {
            Terminal.Error.WriteLine(line);
        }

        return exchanges.Count == 0
            ? throw new UnusableInputException($"{log}: no exchange could be read")
            : new LabelledStream(Path.GetFileName(Path.GetFullPath(folder).TrimEnd('/')), names, known, exchanges, labels);
    }
}
