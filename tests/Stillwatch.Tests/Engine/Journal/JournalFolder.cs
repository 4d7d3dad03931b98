using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Reports;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>A journal with its vault in a temporary folder.</summary>
internal sealed class JournalFolder : IDisposable
{
    private static readonly EventTime Start = new(1_772_409_600L * EventTime.Second);

    private JournalWriter? _writer;

    public JournalFolder()
    {
        Path = Directory.CreateTempSubdirectory("stillwatch-journal-").FullName;
        Vault = new KeyVault(System.IO.Path.Combine(Path, "vault.db"), new MasterKey(new byte[32]), durable: false);
        Options = new JournalOptions(System.IO.Path.Combine(Path, "journal")) { SegmentBytes = 1 << 20 };
    }

    public string Path { get; }

    public KeyVault Vault { get; }

    public JournalOptions Options { get; set; }

    public JournalWriter Writer(FileCalls? calls = null, int after = 0) =>
        _writer = new(Options, Vault, SystemClock.Instance, calls, after);

    public static ExchangeRecord Record(
        string id,
        string account = "a",
        string request = """{"model":"m","messages":[{"role":"user","content":"secret words"}]}"""
    ) =>
        new()
        {
            Id = id,
            At = Start,
            Account = account,
            Endpoint = "/v1/chat/completions",
            Dialect = Dialect.Chat,
            Model = "m",
            Key = "k",
            Status = 200,
            Client = new ClientFacts("1.2.3.4", 7, "DE", "sdk", null),
            Request = System.Text.Encoding.UTF8.GetBytes(request),
            Response = System.Text.Encoding.UTF8.GetBytes(
                "{\"choices\":[{\"message\":{\"content\":\"answer to " + id + "\"}}],\"usage\":{\"completion_tokens\":3}}"
            ),
        };

    /// <summary>Writes an exchange from its beginning to its end.</summary>
    public static async Task<bool> Write(JournalWriter writer, string id, string account = "a")
    {
        var record = Record(id, account);
        return await writer.EndAsync(writer.Begin(record), record);
    }

    /// <summary>
    /// Writes an exchange again and again until one is acknowledged: what failed is tried again by the writer when its time comes.
    /// </summary>
    public static Task WriteUntilTaken(JournalWriter writer, string id) =>
        Stillwatch.Tests.Gateway.LiveDeployment.Until(() => Write(writer, id).GetAwaiter().GetResult());

    /// <summary>All that is there, by reading it from the start.</summary>
    public List<JournalEntry> Read()
    {
        SpinWait.SpinUntil(
            () => _writer == null || _writer.Frames.Readable >= _writer.Frames.End,
            Stillwatch.Tests.Gateway.LiveDeployment.Patience
        ); // what is acknowledged comes into its segment within moments
        using var reader = new JournalReader(Options, Vault) { Finished = true };
        List<JournalEntry> entries = [];
        while (reader.Read(out var entry))
        {
            entries.Add(entry);
        }

        return entries;
    }

    public List<string> Ids() => [.. Read().Where(entry => entry.Record != null).Select(entry => entry.Record!.Id)];

    public void Dispose()
    {
        Vault.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
