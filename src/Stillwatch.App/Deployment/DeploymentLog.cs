using System.Buffers;
using Stillwatch.App.Configuration;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Lake;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Logs;

namespace Stillwatch.App.Deployment;

/// <summary>
/// What a deployment has on record, as the lines of an exchange log: a data folder can stand wherever a log can. No text is written to
/// disk.
/// </summary>
internal sealed class DeploymentLog : ReadOnlyStream
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> _lines;
    private readonly KeyVault _vault;
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Opens the record of the data folder at <paramref name="path"/>.</summary>
    public DeploymentLog(string path)
    {
        var folder = DataFolder.Existing(path);
        _vault = new KeyVault(folder.Vault, folder.Master, durable: false);
        var journal = Settings.Read(null, folder.Path, []).Journal;
        _lines = Lines(new ExchangeLake(folder.Lake, journal, _vault), journal).GetEnumerator();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_rest.IsEmpty)
        {
            if (!_lines.MoveNext())
            {
                return 0;
            }

            _rest = _lines.Current;
        }

        var part = Math.Min(count, _rest.Length);
        _rest.Span[..part].CopyTo(buffer.AsSpan(offset));
        _rest = _rest[part..];
        return part;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lines.Dispose();
            _vault.Dispose();
        }

        base.Dispose(disposing);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Lines(ExchangeLake lake, JournalOptions journal)
    {
        var files = lake.Files;
        foreach (var (line, _) in lake.SealedLines(files))
        {
            yield return line;
        }

        var output = new ArrayBufferWriter<byte>(16 * 1024);
        StagingRecovery.BeforeReading(journal);
        using var reader = new JournalReader(journal, _vault, ExchangeLake.EndOf(files)) { Finished = true };
        while (reader.ReadOn(out var entry))
        {
            output.ResetWrittenCount();
            if (entry.Kind == JournalEntryKind.Exchange)
            {
                ExchangeLineWriter.Write(entry.Record!, output);
            }
            else if (entry.Kind == JournalEntryKind.Line)
            {
                output.Write(entry.Line.Span);
                output.Write("\n"u8);
            }

            yield return output.WrittenMemory;
        }
    }
}
