using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Logs;

namespace Stillwatch.App.Trials.Replay;

/// <summary>A log that is replayed: its lines in memory, in the order of their times.</summary>
internal sealed class ReplayLog
{
    private ReplayLog(List<(EventTime At, string Id, byte[] Line)> lines, HashSet<string> accounts, long rejected)
    {
        Lines = lines;
        Accounts = accounts;
        Rejected = rejected;
    }

    /// <summary>The lines, by time and id.</summary>
    public IReadOnlyList<(EventTime At, string Id, byte[] Line)> Lines { get; }

    /// <summary>The accounts that they name.</summary>
    public IReadOnlySet<string> Accounts { get; }

    /// <summary>Lines that could not be read.</summary>
    public long Rejected { get; }

    /// <summary>Reads a log; each line that cannot be read is named on standard error.</summary>
    /// <exception cref="UnusableInputException">It cannot be opened.</exception>
    public static ReplayLog Read(string path)
    {
        List<(EventTime, string, byte[])> lines = [];
        var accounts = new HashSet<string>(StringComparer.Ordinal);
        var draft = new ExchangeDraft();
        var (number, rejected) = (0L, 0L);
        using var stream = LogFile.Open(path, out _);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } text)
        {
            number++;
            if (text.AsSpan().Trim().IsEmpty)
            {
                continue;
            }

            var line = Encoding.UTF8.GetBytes(text);
            var rejection = ExchangeLineReader.Read(line, draft);
            if (!rejection.Taken)
            {
                if (rejected++ < 20)
                {
                    Terminal.Error.WriteLine($"{path}:{number}: {rejection.Detail}");
                }

                continue;
            }

            accounts.Add(Encoding.UTF8.GetString(draft.Text(draft.Account)));
            lines.Add((draft.At, Encoding.UTF8.GetString(draft.Text(draft.Id)), line));
        }

        lines.Sort((a, b) => a.Item1 != b.Item1 ? a.Item1.CompareTo(b.Item1) : string.CompareOrdinal(a.Item2, b.Item2));
        return new ReplayLog(lines, accounts, rejected);
    }

    /// <summary>The request of a line, as bytes, with its path and what a trusted replay carries.</summary>
    public static (string Path, byte[] Body, string Account, string? Client, int? LatencyMs, int Status) Request(byte[] line)
    {
        using var exchange = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
        var root = exchange.RootElement;
        var body =
            root.TryGetProperty("request_raw", out var raw) && raw.ValueKind == JsonValueKind.String
                ? raw.GetBytesFromBase64()
                : Encoding.UTF8.GetBytes(root.GetProperty("request").GetRawText());
        return (
            root.TryGetProperty("endpoint", out var endpoint) && endpoint.ValueKind == JsonValueKind.String
                ? endpoint.GetString()!
                : "/v1/chat/completions",
            body,
            root.GetProperty("account").ToString(),
            root.TryGetProperty("client", out var client) && client.ValueKind == JsonValueKind.Object ? client.GetRawText() : null,
            root.TryGetProperty("latency_ms", out var latency) && latency.TryGetDouble(out var ms) ? (int)ms : null,
            root.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number && status.TryGetInt32(out var code)
                ? code
                : 200
        );
    }
}
