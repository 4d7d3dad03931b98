using System.Buffers;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Range.World;
using Stillwatch.Sketches;

namespace Stillwatch.Range.Runs;

/// <summary>
/// Writes what acts say, and takes its features the way every log's are taken: by reading the line. So a run in features mode believes to
/// the bit what a scan of the same seed's log believes; the text is gone as soon as it was read. One a worker.
/// </summary>
internal sealed class Scribe(Provider world, ActOrder order) : IDisposable
{
    private readonly Letter _letter = new();
    private readonly LineWriter _lines = new();
    private readonly ArrayBufferWriter<byte> _line = new(64 * 1024);
    private readonly ExchangeDraft _draft = new();
    private readonly FeatureExtractor _extractor = new(KeyedHash.ForScan);

    /// <summary>The letter that was written last.</summary>
    public Letter Letter => _letter;

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    /// <summary>The features of <paramref name="act"/>.</summary>
    public ObservedAct Observe(in Act act)
    {
        _line.ResetWrittenCount();
        Write(act, answered: false, _line);
        var taken = ExchangeLineReader.Read(_line.WrittenSpan[..^1], _draft);
        System.Diagnostics.Debug.Assert(taken.Taken, "the range's lines can be read");
        return new ObservedAct(act, _extractor.Take(_draft), _letter.Useful, LineWriter.InputTokens(_letter));
    }

    /// <summary>Writes <paramref name="act"/>'s line.</summary>
    public void Write(in Act act, bool answered, IBufferWriter<byte> into)
    {
        var account = world.Accounts[act.Account];
        _letter.Begin(account);
        account.Role.Write(world, account, act, _letter);
        _lines.Write(account, act, order.Id(act), _letter, answered, into);
    }
}
