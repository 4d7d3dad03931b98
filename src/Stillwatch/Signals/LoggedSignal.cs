using System.Globalization;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;

namespace Stillwatch.Signals;

/// <summary>A signal as it is on record.</summary>
/// <param name="Id">By which it is known when it is told again: 16 hexadecimal digits.</param>
/// <param name="Kind">What it says.</param>
/// <param name="At">When.</param>
/// <param name="Subjects">The ids and the accounts that it names.</param>
/// <param name="Line">The line: JSON in UTF-8, as <see cref="SignalLine"/> writes it.</param>
public sealed record LoggedSignal(string Id, SignalKind Kind, EventTime At, IReadOnlyList<string> Subjects, ReadOnlyMemory<byte> Line)
{
    private static readonly string[] Named = ["campaign", "lead", "part", "absorbed", "account", "tied_to"];

    /// <summary>Takes a line apart.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static LoggedSignal Of(ReadOnlyMemory<byte> line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        string? Text(string field) => root.TryGetProperty(field, out var value) ? value.GetString() : null;
        List<string> subjects = [.. Named.Select(Text).OfType<string>()];
        if (root.TryGetProperty("accounts", out var accounts))
        {
            subjects.AddRange(accounts.EnumerateArray().Select(account => account.GetString() ?? ""));
        }

        _ = Rfc3339.TryParse(Encoding.UTF8.GetBytes(Text("at") ?? ""), out var at);
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{SignalLine.IdOf(line.Span):x16}"),
            SignalLine.KindOf(Text("kind")),
            at,
            subjects,
            line
        );
    }

    /// <summary>Whether it names <paramref name="subject"/>: an id of a campaign or a lead, or an account.</summary>
    public bool Names(string subject) => Subjects.Contains(subject, StringComparer.Ordinal);

    /// <summary>Of a <see cref="SignalKind.WatchBegan"/> what tells one watch from another: its calibration and version.</summary>
    public string Epoch()
    {
        using var json = JsonDocument.Parse(Line);
        return $"{json.RootElement.GetProperty("calibration").GetString()}\n{json.RootElement.GetProperty("version").GetString()}";
    }
}
