using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;

namespace Stillwatch.App.Deployment;

/// <summary>
/// Takes lines of an exchange log from outside into the journal, so that the watch can run beside a gateway that is already there.
/// </summary>
internal sealed class OutsideLines(JournalWriter journal, Served served)
{
    private const int MostLine = 64 << 20;

    /// <summary>Reads lines to the end; when it returns, all that were taken are on the disk.</summary>
    /// <returns>How many were taken, how many were not, and what is wrong with the first of those.</returns>
    public async Task<(long Taken, long Rejected, IReadOnlyList<string> Complaints)> TakeAsync(Stream stream, CancellationToken cancel)
    {
        var reader = PipeReader.Create(stream);
        var draft = new ExchangeDraft();
        var complaints = new Complaints();
        var (taken, number) = (0L, 0L);
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                taken += Take(rest.Slice(0, end), ++number, draft, complaints);
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted && !rest.IsEmpty)
            {
                taken += Take(rest, ++number, draft, complaints);
                rest = rest.Slice(rest.End);
            }

            if (rest.Length > MostLine)
            {
                complaints.Add($"line {number + 1}: it is longer than {MostLine} bytes; nothing behind it was read");
                break;
            }

            reader.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        await journal.Frames.SyncAsync();
        return (taken, complaints.Count, complaints.First);
    }

    private int Take(ReadOnlySequence<byte> sequence, long number, ExchangeDraft draft, Complaints complaints)
    {
        var line = sequence.ToArray().AsMemory();
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
        {
            return 0;
        }

        var rejection = ExchangeLineReader.Read(line.Span.TrimEnd((byte)'\r'), draft);
        if (!rejection.Taken)
        {
            complaints.Add($"line {number}: {rejection.Detail}");
            return 0;
        }

        if (served.IsTooLate(draft.At))
        {
            complaints.Add($"line {number}: {served.Says(draft.At)}");
            return 0;
        }

        if (!journal.Line(Encoding.UTF8.GetString(draft.Text(draft.Account)), draft.At, line))
        {
            complaints.Add($"line {number}: it could not be put on record; send it again");
            return 0;
        }

        return 1;
    }

    /// <summary>What is wrong with lines: all are counted, the first are kept.</summary>
    private sealed class Complaints
    {
        private const int MostKept = 20,
            Longest = 500;

        private readonly List<string> _first = [];

        public long Count { get; private set; }

        public IReadOnlyList<string> First => _first;

        public void Add(string complaint)
        {
            Count++;
            if (_first.Count < MostKept)
            {
                _first.Add(complaint.Length <= Longest ? complaint : complaint[..Longest] + "…");
            }
        }
    }
}
