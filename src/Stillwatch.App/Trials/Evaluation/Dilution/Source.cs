using System.IO.Compression;
using System.Text.Json;

namespace Stillwatch.App.Trials.Evaluation.Dilution;

/// <summary>Prompts of one source, as bins.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is: distillation, organic, bulk-legit; or range, for one role's prompts of a simulated log.</param>
/// <param name="Prompts">Its prompts.</param>
internal sealed record Source(string Name, string Kind, IReadOnlyList<int[]> Prompts)
{
    private const int MostPrompts = 12_000;

    /// <summary>
    /// All corpora in <paramref name="folder"/> (*.jsonl.gz: kind, messages), people's prompts as one; or, where it holds a simulated log
    /// with labels, a source a role.
    /// </summary>
    /// <exception cref="UnusableInputException">Nothing in it can be read.</exception>
    public static IReadOnlyList<Source> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UnusableInputException($"{folder}: there is no such folder");
        }

        var log = Path.Combine(folder, "exchanges.jsonl");
        var sources = File.Exists(log)
            ? OfLog(log, Scoring.Labels.Load(Path.Combine(folder, "labels.json")))
            : [.. Directory.EnumerateFiles(folder, "*.jsonl.gz").Order(StringComparer.Ordinal).Select(OfCorpus)];
        List<Source> all = [.. sources.Where(source => source.Kind != "organic")];
        if (sources.Where(source => source.Kind == "organic").SelectMany(source => source.Prompts).ToList() is { Count: > 0 } people)
        {
            all.Add(new Source("people's prompts, pooled", "organic", people));
        }

        return all.Count > 0
            ? all
            : throw new UnusableInputException(
                $"{folder}: holds neither corpora (*.jsonl.gz) nor a simulated log (exchanges.jsonl with labels.json)"
            );
    }

    private static Source OfCorpus(string path)
    {
        var kind = "";
        List<int[]> prompts = [];
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line && prompts.Count < MostPrompts)
        {
            using var row = JsonDocument.Parse(line);
            kind = row.RootElement.TryGetProperty("kind", out var named) ? named.GetString() ?? "" : "";
            if (row.RootElement.TryGetProperty("messages", out var messages) && LastUser(messages) is { Length: > 0 } prompt)
            {
                prompts.Add(PromptBins.Of(prompt));
            }
        }

        return new Source(Path.GetFileName(path)[..^".jsonl.gz".Length], kind, prompts);
    }

    private static List<Source> OfLog(string path, Scoring.Labels labels)
    {
        var byRole = new SortedDictionary<string, List<int[]>>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path))
        {
            using var row = JsonDocument.Parse(line);
            var (role, campaign) = labels.Accounts.GetValueOrDefault(row.RootElement.GetProperty("account").GetString() ?? "");
            if (campaign != null || role == null || (byRole.TryGetValue(role, out var prompts) && prompts.Count >= MostPrompts))
            {
                continue;
            }

            if (
                row.RootElement.GetProperty("request").TryGetProperty("messages", out var messages)
                && LastUser(messages) is { Length: > 0 } prompt
            )
            {
                (prompts ?? (byRole[role] = [])).Add(PromptBins.Of(prompt));
            }
        }

        return [.. byRole.Select(role => new Source(role.Key, "range", role.Value))];
    }

    private static string? LastUser(JsonElement messages)
    {
        string? last = null;
        foreach (var message in messages.EnumerateArray())
        {
            if (
                message.TryGetProperty("role", out var role)
                && role.GetString() == "user"
                && message.TryGetProperty("content", out var content)
                && content.ValueKind == JsonValueKind.String
            )
            {
                last = content.GetString();
            }
        }

        return last;
    }
}
