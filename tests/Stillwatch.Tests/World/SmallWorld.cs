using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Stillwatch.Tests.World;

/// <summary>
/// A labelled log made here: people with follow-ups and repeats, services with templates, an office that shares a card, and on request a
/// campaign that walks a seed set over many accounts. Small and plain on purpose; the range is where realism is made.
/// </summary>
internal sealed class SmallWorld
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private const int Days = 12;

    private readonly Random _random;
    private readonly Grammar _grammar;
    private readonly List<(DateTimeOffset At, string Line)> _lines = [];
    private readonly List<string> _accounts = [];
    private readonly SortedDictionary<string, (string Role, string? Campaign)> _labels = new(StringComparer.Ordinal);

    public SmallWorld(int seed, bool campaign, int people = 110, int distillers = 24)
    {
        _random = new Random(seed);
        _grammar = new Grammar(_random);
        for (var i = 0; i < people; i++)
        {
            Person($"person-{i:000}", $"card-{i}", $"10.1.{i}.7");
        }

        for (var i = 0; i < 6; i++)
        {
            Person($"office-{i}", "card-of-the-office", "10.2.0.1");
        }

        for (var i = 0; i < 12; i++)
        {
            Service($"service-{i:00}");
        }

        if (campaign)
        {
            for (var i = 0; i < distillers; i++)
            {
                Distiller($"hydra-{i:00}", $"card-hydra-{i % 4}", [$"10.9.0.{i % 6}", $"10.9.0.{(i + 1) % 6}"]);
            }
        }

        _lines.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Line, b.Line));
    }

    /// <summary>The log's lines, in order of time.</summary>
    public IReadOnlyList<string> Lines => [.. _lines.Select(line => line.Line)];

    /// <summary>The names of the campaign's accounts.</summary>
    public IReadOnlyList<string> Distillers => [.. _labels.Where(label => label.Value.Campaign != null).Select(label => label.Key)];

    /// <summary>Writes log, accounts and labels into <paramref name="folder"/>.</summary>
    public (string Log, string Accounts, string Labels) WriteTo(string folder, bool zipped = false)
    {
        var log = Path.Combine(folder, zipped ? "log.jsonl.gz" : "log.jsonl");
        using (Stream stream = zipped ? new GZipStream(File.Create(log), CompressionLevel.Fastest) : File.Create(log))
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(Lines.Select(line => line + "\n"))));
        }

        var accounts = Path.Combine(folder, "accounts.jsonl");
        File.WriteAllLines(accounts, _accounts);
        var labels = Path.Combine(folder, "labels.json");
        File.WriteAllText(
            labels,
            JsonSerializer.Serialize(
                new
                {
                    accounts = _labels.ToDictionary(
                        label => label.Key,
                        label => new { role = label.Value.Role, campaign = label.Value.Campaign },
                        StringComparer.Ordinal
                    ),
                    campaigns = new { },
                }
            )
        );
        return (log, accounts, labels);
    }

    private void Person(string name, string card, string ip)
    {
        Account(name, card, "individual", null, Start.AddDays(-_random.Next(10, 300)));
        var own = _grammar.Noun();
        var wakes = _random.Next(6, 11);
        string? before = null;
        var count = (int)Math.Exp(_random.NextDouble() * 3.6) + 1;
        for (var i = 0; i < count; i++)
        {
            var at = Start.AddDays(_random.Next(Days)).AddHours(wakes + _random.NextDouble() * 13);
            var question = before != null && _random.Next(8) == 0 ? before : _grammar.Question(own);
            before = question;
            Exchange(name, at, [("user", question)], ip, "Browser/1.0", new { temperature = 0.7 }, _random.Next(20, 300));
            if (_random.Next(3) == 0)
            {
                Exchange(
                    name,
                    at.AddSeconds(50),
                    [("user", question), ("assistant", "It depends."), ("user", _grammar.FollowUp())],
                    ip,
                    "Browser/1.0",
                    new { temperature = 0.7 },
                    _random.Next(20, 300)
                );
            }
        }
    }

    private void Service(string name)
    {
        Account(name, "card-" + name, "app", null, Start.AddDays(-_random.Next(10, 300)));
        var documents = Enumerable.Range(0, 20).Select(_ => _grammar.Document()).ToArray();
        var task = "Answer in one word what this text is about:\n\n";
        for (var i = 0; i < 60; i++)
        {
            Exchange(
                name,
                Start.AddDays(_random.NextDouble() * Days),
                [("system", $"You serve {name}."), ("user", task + documents[_random.Next(documents.Length)])],
                "10.3.0." + name[^2..],
                "sdk/2",
                new { temperature = 0, max_tokens = 50 },
                _random.Next(1, 20)
            );
        }
    }

    private void Distiller(string name, string card, string[] ips)
    {
        Account(name, card, "distiller", "hydra", Start.AddHours(-_random.Next(1, 90)));
        for (var i = 0; i < 40; i++)
        {
            Exchange(
                name,
                Start.AddDays(2 + _random.NextDouble() * 9),
                [("user", _grammar.Task() + (_random.Next(3) > 0 ? "\n\nShow your reasoning step by step." : ""))],
                ips[_random.Next(ips.Length)],
                "harvester/1",
                new { temperature = 1, max_tokens = 2048 },
                _random.Next(100, 900)
            );
        }
    }

    private void Account(string name, string card, string role, string? campaign, DateTimeOffset created)
    {
        _accounts.Add(
            JsonSerializer.Serialize(
                new
                {
                    account = name,
                    created = created.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
                    email_domain = "example.org",
                    payment = card,
                }
            )
        );
        _labels[name] = (role, campaign);
    }

    private void Exchange(
        string account,
        DateTimeOffset at,
        (string Role, string Content)[] messages,
        string ip,
        string agent,
        object settings,
        int output
    )
    {
        var request = JsonSerializer.SerializeToNode(settings)!.AsObject();
        request.Insert(
            0,
            "messages",
            JsonSerializer.SerializeToNode(messages.Select(message => new { role = message.Role, content = message.Content }))
        );
        request.Insert(0, "model", "frontier-1");
        _lines.Add(
            (
                at,
                JsonSerializer.Serialize(
                    new
                    {
                        id = $"x{_lines.Count:000000}",
                        time = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
                        account,
                        client = new { ip, user_agent = agent },
                        request,
                        response = new { usage = new { prompt_tokens = 50, completion_tokens = output } },
                    }
                )
            )
        );
    }
}
