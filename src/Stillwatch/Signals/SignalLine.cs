using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using static Stillwatch.Signals.Signal;

namespace Stillwatch.Signals;

/// <summary>
/// Signals as JSON, one an object: in the journal, in the file of a scan, and to whoever follows them. Accounts stand there by name.
/// docs/formats/signals.md has the fields.
/// </summary>
/// <remarks>The same signal gives the same bytes: its <c>id</c> is a hash of them, by which a signal that is told twice is known.</remarks>
public static class SignalLine
{
    private static readonly (SignalKind Kind, string Name)[] Kinds =
    [
        (SignalKind.WatchBegan, "watch_began"),
        (SignalKind.CampaignFormed, "campaign_formed"),
        (SignalKind.CampaignDivided, "campaign_divided"),
        (SignalKind.CampaignMerged, "campaign_merged"),
        (SignalKind.CampaignGrew, "campaign_grew"),
        (SignalKind.CampaignShrank, "campaign_shrank"),
        (SignalKind.CampaignFlagged, "campaign_flagged"),
        (SignalKind.AccountFlagged, "account_flagged"),
        (SignalKind.AccountUnflagged, "account_unflagged"),
        (SignalKind.ReadingRecorded, "reading_recorded"),
        (SignalKind.VerdictChanged, "verdict_changed"),
        (SignalKind.LeadBegan, "lead_began"),
    ];

    private static readonly string[] Causes = ["none", "own", "campaign", "tie", "division", "source", "corpus"];
    private static readonly string[] Verdicts = ["unknown", "lab", "reseller", "evaluation", "honest_bulk"];

    /// <summary>The word for a kind; null for one that this program does not know.</summary>
    public static string? Word(SignalKind kind) => Kinds.FirstOrDefault(one => one.Kind == kind).Name;

    /// <summary>The kind that a word names; <see cref="SignalKind.None"/> where it names none.</summary>
    public static SignalKind KindOf(string? word) => Kinds.FirstOrDefault(one => one.Name == word).Kind;

    /// <summary>Writes a signal.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="name">The name of an account.</param>
    /// <returns>UTF-8 without a line's end.</returns>
    public static byte[] Write(Signal signal, Func<AccountNumber, string> name)
    {
        var body = Body(signal, name, id: null);
        return Body(signal, name, string.Create(CultureInfo.InvariantCulture, $"{XxHash3.HashToUInt64(body):x16}"));
    }

    /// <summary>The id in a line that <see cref="Write"/> wrote; 0 where there is none.</summary>
    public static ulong IdOf(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            return
                json.Read()
                && json.Read()
                && json.ValueTextEquals("id"u8)
                && json.Read()
                && json.TokenType == JsonTokenType.String
                && ulong.TryParse(json.GetString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id)
                ? id
                : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>Reads a line that <see cref="Write"/> wrote.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">The number of an account by its name.</param>
    /// <returns>Null where it is of a kind that this program does not know.</returns>
    /// <exception cref="FormatException">It is no such line.</exception>
    public static Signal? Read(ReadOnlyMemory<byte> line, Func<string, AccountNumber> number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return Read(json.RootElement, number);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"a signal that cannot be read: {fault.Message}", fault);
        }
    }

    private static Signal? Read(JsonElement json, Func<string, AccountNumber> number)
    {
        var at = Time(json);
        return KindOf(json.GetProperty("kind").GetString()) switch
        {
            SignalKind.WatchBegan => new WatchBegan(at, Text(json, "calibration"), Text(json, "version")),
            SignalKind.CampaignFormed => new CampaignFormed(at, Id(json, "campaign"), Accounts(json, number)),
            SignalKind.CampaignDivided => new CampaignDivided(at, Id(json, "campaign"), Id(json, "part"), Accounts(json, number)),
            SignalKind.CampaignMerged => new CampaignMerged(at, Id(json, "campaign"), Id(json, "absorbed")),
            SignalKind.CampaignGrew => new CampaignGrew(at, Id(json, "campaign"), Accounts(json, number)),
            SignalKind.CampaignShrank => new CampaignShrank(at, Id(json, "campaign"), Accounts(json, number)),
            SignalKind.CampaignFlagged => new CampaignFlagged(
                at,
                Id(json, "campaign"),
                Cause(json),
                Number(json, "bits"),
                Number(json, "asked_bits")
            ),
            SignalKind.AccountFlagged => new AccountFlagged(
                at,
                Account(json, "account", number),
                Subject(json),
                Cause(json),
                Number(json, "bits"),
                Number(json, "asked_bits"),
                json.GetProperty("exchanges").GetInt64(),
                json.GetProperty("answered").GetInt64(),
                Account(json, "tied_to", number)
            ),
            SignalKind.LeadBegan => new LeadBegan(at, Id(json, "lead"), Account(json, "account", number)),
            SignalKind.AccountUnflagged => new AccountUnflagged(at, Account(json, "account", number), Text(json, "why")),
            SignalKind.ReadingRecorded => new ReadingRecorded(
                at,
                Subject(json),
                Account(json, "account", number),
                Text(json, "reading"),
                Number(json, "bits"),
                json.TryGetProperty("extrapolated", out _),
                Text(json, "text")
            ),
            SignalKind.VerdictChanged => new VerdictChanged(at, Subject(json), Verdict(json, "before"), Verdict(json, "now")),
            _ => null,
        };
    }

    private static byte[] Body(Signal signal, Func<AccountNumber, string> name, string? id)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            if (id != null)
            {
                json.WriteString("id", id);
            }

            json.WriteString("kind", Word(signal.Kind));
            json.WriteString("at", Time(signal.At));
            Fields(json, signal, name);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Fields(Utf8JsonWriter json, Signal signal, Func<AccountNumber, string> name)
    {
        switch (signal)
        {
            case WatchBegan began:
                json.WriteString("calibration", began.Calibration);
                json.WriteString("version", began.Version);
                break;
            case CampaignFormed formed:
                WriteId(json, "campaign", formed.Campaign);
                Accounts(json, formed.Accounts, name);
                break;
            case CampaignDivided divided:
                WriteId(json, "campaign", divided.Campaign);
                WriteId(json, "part", divided.Part);
                Accounts(json, divided.Accounts, name);
                break;
            case CampaignMerged merged:
                WriteId(json, "campaign", merged.Campaign);
                WriteId(json, "absorbed", merged.Absorbed);
                break;
            case CampaignGrew grew:
                WriteId(json, "campaign", grew.Campaign);
                Accounts(json, grew.Accounts, name);
                break;
            case CampaignShrank shrank:
                WriteId(json, "campaign", shrank.Campaign);
                Accounts(json, shrank.Accounts, name);
                break;
            case CampaignFlagged flagged:
                WriteId(json, "campaign", flagged.Campaign);
                json.WriteString("cause", Causes[(int)flagged.Cause]);
                json.WriteNumber("bits", flagged.Bits);
                json.WriteNumber("asked_bits", flagged.Asked);
                break;
            case AccountFlagged flagged:
                Account(json, "account", flagged.Account, name);
                Subject(json, flagged.Subject);
                json.WriteString("cause", Causes[(int)flagged.Cause]);
                json.WriteNumber("bits", flagged.Bits);
                json.WriteNumber("asked_bits", flagged.Asked);
                json.WriteNumber("exchanges", flagged.Exchanges);
                json.WriteNumber("answered", flagged.Answered);
                Account(json, "tied_to", flagged.TiedTo, name);
                break;
            case LeadBegan lead:
                Subject(json, lead.Lead);
                Account(json, "account", lead.Account, name);
                break;
            case AccountUnflagged unflagged:
                Account(json, "account", unflagged.Account, name);
                json.WriteString("why", unflagged.Why);
                break;
            case ReadingRecorded reading:
                Subject(json, reading.Subject);
                Account(json, "account", reading.Account, name);
                json.WriteString("reading", reading.Reading);
                json.WriteNumber("bits", reading.Bits);
                if (reading.Extrapolated)
                {
                    json.WriteBoolean("extrapolated", true);
                }

                json.WriteString("text", reading.Text);
                break;
            case VerdictChanged verdict:
                Subject(json, verdict.Subject);
                json.WriteString("before", Verdicts[(int)verdict.Before]);
                json.WriteString("now", Verdicts[(int)verdict.Now]);
                break;
        }
    }

    private static void WriteId(Utf8JsonWriter json, string field, CampaignId id) => json.WriteString(field, id.ToString());

    /// <summary>A campaign or a lead: each under its own name; nothing where it is neither.</summary>
    private static void Subject(Utf8JsonWriter json, CampaignId id)
    {
        if (id != default)
        {
            WriteId(json, id.IsLead ? "lead" : "campaign", id);
        }
    }

    private static CampaignId Subject(JsonElement json) =>
        json.TryGetProperty("lead", out _) ? Id(json, "lead")
        : json.TryGetProperty("campaign", out _) ? Id(json, "campaign")
        : default;

    private static void Account(Utf8JsonWriter json, string field, AccountNumber account, Func<AccountNumber, string> name)
    {
        if (account.Value >= 0)
        {
            json.WriteString(field, name(account));
        }
    }

    private static AccountNumber Account(JsonElement json, string field, Func<string, AccountNumber> number) =>
        json.TryGetProperty(field, out var account) ? number(account.GetString() ?? "") : new(-1);

    private static void Accounts(Utf8JsonWriter json, IReadOnlyList<AccountNumber> accounts, Func<AccountNumber, string> name)
    {
        json.WriteStartArray("accounts");
        foreach (var account in accounts.Select(name).Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(account);
        }

        json.WriteEndArray();
    }

    private static AccountNumber[] Accounts(JsonElement json, Func<string, AccountNumber> number) =>
        [.. json.GetProperty("accounts").EnumerateArray().Select(account => number(account.GetString() ?? "")).Order()];

    private static CampaignId Id(JsonElement json, string field) =>
        CampaignId.TryParse(json.GetProperty(field).GetString(), out var id)
            ? id
            : throw new FormatException($"'{field}' is no id of a campaign or a lead");

    private static string Text(JsonElement json, string field) => json.GetProperty(field).GetString() ?? "";

    private static double Number(JsonElement json, string field) => json.GetProperty(field).GetDouble();

    private static FlagCause Cause(JsonElement json) => (FlagCause)Index(Causes, json, "cause");

    private static Verdict Verdict(JsonElement json, string field) => (Verdict)Index(Verdicts, json, field);

    private static int Index(string[] words, JsonElement json, string field) =>
        Array.IndexOf(words, json.GetProperty(field).GetString()) is >= 0 and var index
            ? index
            : throw new FormatException($"'{field}' is none of {string.Join(", ", words)}");

    /// <summary>To the microsecond: what is folded from a file is what was folded at once.</summary>
    private static string Time(EventTime at) =>
        DateTimeOffset
            .UnixEpoch.AddTicks(at.Micros * TimeSpan.TicksPerMicrosecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static EventTime Time(JsonElement json) =>
        Rfc3339.TryParse(Encoding.UTF8.GetBytes(json.GetProperty("at").GetString() ?? ""), out var at)
            ? at
            : throw new FormatException("'at' is no time");
}
