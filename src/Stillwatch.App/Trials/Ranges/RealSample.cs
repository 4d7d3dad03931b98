using System.Globalization;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Logs;
using Stillwatch.Range.Compare;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>
/// Real data that is no exchange log, as far as it can be held beside the range: published traces of serving clients (windows of ten
/// minutes, or single requests), and corpora of prompts (JSON lines with <c>source</c>, <c>kind</c>, <c>messages</c>, <c>response</c>).
/// </summary>
/// <param name="Kind">What the file is.</param>
/// <param name="Measures">By name of a measure, its values: one a client, or one a request.</param>
internal sealed record RealSample(RealSample.Sort Kind, IReadOnlyDictionary<string, List<double>> Measures)
{
    /// <summary>What a file is.</summary>
    internal enum Sort
    {
        /// <summary>Rates of clients in windows of ten minutes.</summary>
        Clients,

        /// <summary>Single requests with their tokens.</summary>
        Requests,

        /// <summary>Prompts that people wrote.</summary>
        People,

        /// <summary>Prompts of honest programs.</summary>
        Programs,
    }

    /// <summary>Reads a file; null where it is something else (an exchange log, for instance).</summary>
    /// <exception cref="UnusableInputException">It cannot be opened.</exception>
    public static RealSample? Read(string path)
    {
        if (Directory.Exists(path))
        {
            return null;
        }

        using var stream = LogFile.Open(path, out _);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var first = reader.ReadLine() ?? "";
        return first.StartsWith("window_start_s,", StringComparison.Ordinal) ? Windows(reader)
            : first.StartsWith("timestamp,user_or_session,", StringComparison.Ordinal) ? Single(reader)
            : first.StartsWith("{\"source\"", StringComparison.Ordinal)
            || (
                first.Contains("\"messages\"", StringComparison.Ordinal)
                && first.Contains("\"kind\"", StringComparison.Ordinal)
                && !first.Contains("\"account\"", StringComparison.Ordinal)
            )
                ? Corpus(path, first, reader)
            : null;
    }

    private static RealSample Windows(StreamReader reader)
    {
        var clients = new Dictionary<string, WindowShape>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            if (
                fields.Length >= 6
                && double.TryParse(fields[0], CultureInfo.InvariantCulture, out var from)
                && double.TryParse(fields[5], CultureInfo.InvariantCulture, out var rate)
            )
            {
                if (!clients.TryGetValue(fields[1], out var shape))
                {
                    shape = clients[fields[1]] = new WindowShape();
                }

                shape.Add((long)(from / WindowShape.Seconds), rate * WindowShape.Seconds);
            }
        }

        return new RealSample(Sort.Clients, WindowShape.Measures(clients.Values));
    }

    private static RealSample Single(StreamReader reader)
    {
        var (input, output) = (new List<double>(), new List<double>());
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            if (
                fields.Length >= 5
                && double.TryParse(fields[3], CultureInfo.InvariantCulture, out var tokensIn)
                && double.TryParse(fields[4], CultureInfo.InvariantCulture, out var tokensOut)
            )
            {
                input.Add(Math.Log10(1 + tokensIn));
                output.Add(Math.Log10(1 + tokensOut));
            }
        }

        return new RealSample(
            Sort.Requests,
            new Dictionary<string, List<double>>(StringComparer.Ordinal) { ["tokens in (log10)"] = input, ["tokens out (log10)"] = output }
        );
    }

    private static RealSample Corpus(string path, string first, StreamReader reader)
    {
        var requests = new RequestShape();
        var (draft, extractor) = (new ExchangeDraft(), new FeatureExtractor(KeyedHash.ForScan));
        var kind = "";
        for (var line = first; line != null; line = reader.ReadLine())
        {
            try
            {
                using var record = JsonDocument.Parse(line);
                kind = record.RootElement.GetProperty("kind").GetString() ?? "";
                var response =
                    record.RootElement.TryGetProperty("response", out var answer) && answer.ValueKind == JsonValueKind.String
                        ? answer.GetString()
                        : null;
                var exchange = JsonSerializer.SerializeToUtf8Bytes(
                    new
                    {
                        id = "x",
                        time = "2026-01-01T00:00:00.000Z",
                        account = "a",
                        request = new { messages = record.RootElement.GetProperty("messages") },
                        response = response == null ? null : new { choices = new[] { new { message = new { content = response } } } },
                    }
                );
                if (ExchangeLineReader.Read(exchange, draft).Taken)
                {
                    requests.Add(extractor.Take(draft), answered: response != null);
                }
            }
            catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                continue; // corpora have a few odd rows; what is left out changes no median
            }
        }

        return kind is "organic" or "bulk-legit"
            ? new RealSample(kind == "organic" ? Sort.People : Sort.Programs, requests.Measures())
            : throw new UnusableInputException(
                $"{path}: is a corpus of kind '{kind}'; only honest ones (organic, bulk-legit) are held beside the range's honest customers"
            );
    }
}
