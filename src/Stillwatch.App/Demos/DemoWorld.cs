using System.Text.Json;
using Stillwatch.Engine.Storage;

namespace Stillwatch.App.Demos;

/// <summary>
/// Two weeks of a small provider's traffic, made from a seed: people with follow-ups and sleep, an office on one card, services with templates, and a
/// campaign of thirty accounts that walks through ever new tasks on six cards. Small and plain on purpose; the range is where realism is made.
/// </summary>
internal sealed class DemoWorld
{
    private const int Days = 14, People = 90, Services = 10, Office = 6, Hydra = 30;

    private readonly Random _random;
    private readonly DemoWords _words;
    private readonly List<DemoRequest> _requests = [];
    private readonly List<AccountRow> _accounts = [];
    private readonly DateTimeOffset _start;

    /// <summary>Makes it.</summary>
    /// <param name="seed">The same seed makes the same world.</param>
    /// <param name="start">When its first day begins.</param>
    public DemoWorld(int seed, DateTimeOffset start)
    {
        _random = new Random(seed);
        _words = new DemoWords(_random);
        _start = start;
        for (var i = 0; i < People; i++)
        {
            Person($"person-{i:00}", $"card-{i}", $"10.1.{i}.7");
        }

        for (var i = 0; i < Office; i++)
        {
            Person($"office-{i}", "card-of-the-office", "10.2.0.1");
        }

        for (var i = 0; i < Services; i++)
        {
            Service($"service-{i}", $"10.3.0.{i + 1}");
        }

        for (var i = 0; i < Hydra; i++)
        {
            Distiller($"lab-{i:00}", $"card-lab-{i % 6}", [$"10.9.0.{i % 5}", $"10.9.0.{(i + 1) % 5}"]);
        }

        _requests.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Id, b.Id));
    }

    /// <summary>The requests, in order of time.</summary>
    public IReadOnlyList<DemoRequest> Requests => _requests;

    /// <summary>The accounts, as the provider knows them.</summary>
    public IReadOnlyList<AccountRow> Accounts => _accounts;

    private void Person(string name, string card, string ip)
    {
        Account(name, card, _start.AddDays(-_random.Next(10, 300)));
        var (own, wakes, before) = (_words.Noun(), _random.Next(6, 11), (string?)null);
        for (var i = (int)Math.Exp(_random.NextDouble() * 3) + 1; i > 0; i--)
        {
            var at = _start.AddDays(_random.Next(Days)).AddHours(wakes + _random.NextDouble() * 13);
            var question = before != null && _random.Next(8) == 0 ? before : _words.Question(own);
            before = question;
            Request(name, at, [("user", question)], ip, "Browser/1.0");
            if (_random.Next(3) == 0)
            {
                Request(name, at.AddSeconds(50), [("user", question), ("assistant", "It depends."), ("user", _words.FollowUp())], ip, "Browser/1.0");
            }
        }
    }

    private void Service(string name, string ip)
    {
        Account(name, "card-" + name, _start.AddDays(-_random.Next(10, 300)));
        var documents = Enumerable.Range(0, 20).Select(_ => _words.Document()).ToArray();
        for (var i = 0; i < 50; i++)
        {
            Request(name, _start.AddDays(_random.NextDouble() * Days), [("system", $"You serve {name}."), ("user", "Answer in one word what this text is about:\n\n" + documents[_random.Next(documents.Length)])], ip, "sdk/2");
        }
    }

    private void Distiller(string name, string card, string[] ips)
    {
        Account(name, card, _start.AddHours(-_random.Next(1, 90)));
        for (var i = 0; i < 55; i++)
        {
            Request(name, _start.AddDays(2 + _random.NextDouble() * (Days - 2)), [("user", _words.Task())], ips[_random.Next(ips.Length)], "harvester/1");
        }
    }

    private void Account(string name, string card, DateTimeOffset created) =>
        _accounts.Add(new AccountRow(name) { Created = created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"), Payment = card });

    private void Request(string account, DateTimeOffset at, (string Role, string Content)[] messages, string ip, string agent) =>
        _requests.Add(new DemoRequest($"demo-{_requests.Count:00000}", at, account, ip, agent, JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = "stand-in",
            messages = messages.Select(message => new { role = message.Role, content = message.Content }),
            stream = _random.Next(4) == 0,
        })));
}
