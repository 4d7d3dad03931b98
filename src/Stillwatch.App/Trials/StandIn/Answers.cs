using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Logs;

namespace Stillwatch.App.Trials.StandIn;

/// <summary>
/// The answers that a log recorded, by the exchange's id and by the request's body. Safe for use from many threads once all were taken.
/// </summary>
internal sealed class Answers
{
    private readonly Dictionary<string, Recorded> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, Recorded> _byBody = [];

    /// <summary>No answers.</summary>
    public static Answers None { get; } = new();

    /// <summary>The models that the log names.</summary>
    public SortedSet<string> Models { get; } = new(StringComparer.Ordinal);

    /// <summary>A recorded answer.</summary>
    /// <param name="Status">Its status.</param>
    /// <param name="Body">Its body.</param>
    internal sealed record Recorded(int Status, byte[] Body);

    /// <summary>Reads a log.</summary>
    /// <exception cref="UnusableInputException">It cannot be opened.</exception>
    public static Answers Read(string path)
    {
        var answers = new Answers();
        using var stream = LogFile.Open(path, out _);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            try
            {
                answers.Take(Encoding.UTF8.GetBytes(line));
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                continue; // what cannot be read has no answer; replay names such lines
            }
        }

        return answers;
    }

    /// <summary>Takes the answer of one line of an exchange log, before any is asked for.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="KeyNotFoundException">It is no exchange.</exception>
    /// <exception cref="InvalidOperationException">It is no exchange.</exception>
    public void Take(ReadOnlyMemory<byte> line)
    {
        using var exchange = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
        Take(exchange.RootElement);
    }

    /// <summary>The answer to an exchange; null where the log has none.</summary>
    public Recorded? Find(string? id, ReadOnlySpan<byte> body) =>
        id != null && _byId.TryGetValue(id, out var answer) ? answer : _byBody.GetValueOrDefault(XxHash128.HashToUInt128(body));

    private void Take(JsonElement exchange)
    {
        var request = exchange.GetProperty("request");
        if (request.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String)
        {
            Models.Add(model.GetString()!);
        }

        if (!exchange.TryGetProperty("response", out var response) || response.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var status =
            exchange.TryGetProperty("status", out var number) && number.TryGetInt32(out var value) && value is >= 200 and < 600
                ? value
                : 200;
        var recorded = new Recorded(status, Encoding.UTF8.GetBytes(response.GetRawText()));
        _byId[exchange.GetProperty("id").ToString()] = recorded;
        _byBody[XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(request.GetRawText()))] = recorded;
    }
}
