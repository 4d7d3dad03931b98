using System.Buffers;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Takes capabilities out of an answer: writes bodies and events without the fields that hand one out, and without all that the dialect's
/// shape does not know, for what a model server adds tomorrow would be a hole. What passes does so byte for byte. What cannot be read
/// passes nothing: an error in the dialect's form stands in its place. Usage stays whole.
/// </summary>
/// <remarks>
/// <para>One answer's own; one thread at a time. Where nothing is to be stripped everything passes as it came.</para>
/// <para>
/// Where reasoning is stripped, raw reasoning at the beginning of a text is too (<see cref="ReasoningTags"/>): the first events of a text
/// may then wait, in their order, for those behind them, and <see cref="End"/> gives what still waits.
/// </para>
/// <para>
/// While many events in a row give nothing, because a model thinks, a comment is written now and then: else proxies on the way would take
/// the connection for dead.
/// </para>
/// <para>What stays where reasoning goes, for it shows nothing, is said in each dialect's shape.</para>
/// </remarks>
/// <param name="format">The dialect.</param>
/// <param name="strip">What is taken out; flags that no answer carries change nothing.</param>
/// <param name="mostHeld">The most bytes of a streamed text that wait for a closing tag of reasoning.</param>
internal sealed class AnswerFilter(WireFormat format, Capability strip, int mostHeld = AnswerFilter.MostHeld)
{
    /// <summary>The most bytes of a streamed text that wait for a closing tag of reasoning, if nobody says otherwise.</summary>
    public const int MostHeld = 4096;

    private const int MostQueued = 1 << 18,
        MostSilent = 32;

    private readonly CutJson _cut = new(strip);
    private readonly SseBlock _block = new();
    private readonly Dictionary<ulong, ReasoningTags> _texts = [];
    private readonly Queue<HeldEvent> _queue = [];
    private readonly HashSet<int> _leftOut = []; // numbers of content blocks
    private (int Index, HeldEvent Start)? _waiting; // a block that is left out unless a signature comes
    private int _queued,
        _silent; // events in a row that gave nothing
    private bool _begun,
        _broken,
        _reasoning,
        _late;

    /// <summary>What was taken out so far.</summary>
    public Capability Stripped => _cut.Found | (_reasoning ? Capability.Reasoning : Capability.None);

    /// <summary>Whether reasoning was found in a text when its beginning had passed already.</summary>
    public bool FoundLate => _late;

    private bool Waits => (_cut.Found & (Capability.Reasoning | Capability.ReasoningSummary)) == 0;

    /// <summary>Writes what passes of a whole body; one that is no object of the dialect becomes an error.</summary>
    public void Body(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        var plain = RequestReader.WithoutMark(body);
        if (strip == 0 || plain.Trim(" \t\r\n"u8).IsEmpty)
        {
            output.Write(body);
            return;
        }

        if (format.Answer == null || !_cut.Cut(plain, format.Answer, isBody: true))
        {
            output.Write(format.Error(Withheld));
            return;
        }

        var held = new HeldEvent(_cut);
        Take(held, int.MaxValue);
        EndTexts();
        var space = plain.Length - plain.TrimStart(" \t\r\n"u8).Length;
        output.Write(plain[..space]);
        _reasoning |= held.IsCut;
        held.Write(output);
        output.Write(plain[plain.TrimEnd(" \t\r\n"u8).Length..]);
    }

    /// <summary>Writes what passes of an event, and of those that waited for it.</summary>
    /// <param name="lines">Its lines, the blank one behind them too; the last event may lack it.</param>
    /// <param name="output">Gets it.</param>
    public void Event(ReadOnlySpan<byte> lines, IBufferWriter<byte> output)
    {
        if (strip == 0)
        {
            output.Write(lines);
            return;
        }

        lines = _begun ? lines : RequestReader.WithoutMark(lines);
        _begun = true;
        _block.Read(lines);
        if (!_block.HasData)
        {
            Bare(output);
        }
        else if (_block.Data.Trim(" "u8).SequenceEqual("[DONE]"u8))
        {
            End(output);
            if (_block.IsPlain)
            {
                output.Write(lines);
            }
            else
            {
                SseBlock.Write(_block.Head, "[DONE]"u8, output);
            }
        }
        else if (!_broken)
        {
            var any = Data(lines, output);
            _silent = any ? 0 : _silent + 1;
            if (_silent == MostSilent && format.TakesComments)
            {
                output.Write(":\n\n"u8);
                _silent = 0;
            }
        }
    }

    /// <summary>The answer ends: writes what still waits.</summary>
    public void End(IBufferWriter<byte> output)
    {
        EndTexts();
        Give(output);
    }

    private static ErrorFacts Withheld =>
        new(
            502,
            "server_error",
            "answer_withheld",
            "The answer is withheld: parts of it are not open to this account, and it could not be read.",
            ""
        );

    /// <summary>A comment keeps a connection open; it passes what waits.</summary>
    private void Bare(IBufferWriter<byte> output)
    {
        if (!_block.Head.IsEmpty)
        {
            output.Write(_block.Head);
            output.Write("\n"u8);
        }
    }

    /// <summary>Writes what passes of an event with data, and of those that waited for it.</summary>
    /// <returns>Whether anything was written.</returns>
    private bool Data(ReadOnlySpan<byte> lines, IBufferWriter<byte> output)
    {
        var block = format.NumbersBlocks ? BlockEvent.Read(_block.Data) : new(-1, Starts: false, Stops: false, IsUnsignedThinking: false);
        _cut.BlocksBefore = block.Index < 0 ? 0 : _leftOut.Count(index => index < block.Index);
        if (format.StreamEvent == null || !_cut.Cut(_block.Data, format.StreamEvent, isBody: false))
        {
            _broken = true;
            End(output);
            output.Write(format.ErrorEvent(Withheld).AsSpan().TrimStart("\n"u8));
            return true;
        }

        if (_queue.Count == 0 && _cut.Texts.Count == 0 && PassesAsItCame(block))
        {
            output.Write(lines); // as most do: nothing waits, nothing of a text is in it, nothing was taken
            return true;
        }

        if (Passes(block))
        {
            var held = new HeldEvent(lines, _block, _cut);
            Take(held, mostHeld);
            if (block.IsUnsignedThinking && (strip & (Capability.Reasoning | Capability.ReasoningSummary)) != 0)
            {
                _waiting = (block.Index, held);
            }
            else
            {
                Queue(held);
            }
        }

        foreach (var place in _cut.Ended)
        {
            if (_texts.TryGetValue(place, out var tags))
            {
                tags.End();
            }
        }

        if (_queued > MostQueued || _cut.Ended.Contains(0UL))
        {
            EndTexts();
        }

        return Give(output);
    }

    /// <summary>Whether an event is sent byte for byte and changes nothing for those behind it.</summary>
    private bool PassesAsItCame(BlockEvent block) =>
        block is { Index: < 0 }
        && _waiting == null
        && _cut.Ended.Count == 0
        && !_cut.Took
        && !_cut.MayBeLeftOut
        && _block.IsPlain
        && _cut.Bytes.SequenceEqual(_block.Data);

    /// <summary>Whether an event is sent: of a block that is left out none is, nor one with nothing left in it.</summary>
    private bool Passes(BlockEvent block)
    {
        if (_leftOut.Contains(block.Index))
        {
            return false;
        }

        if (_waiting is { } waiting && waiting.Index == block.Index)
        {
            if (block.Stops)
            {
                _leftOut.Add(block.Index);
                _waiting = null;
                return false;
            }

            if (!_cut.Bytes.IsEmpty)
            {
                Queue(waiting.Start);
                _waiting = null;
            }
        }

        if (block.Starts && _cut.Bytes.IsEmpty)
        {
            _leftOut.Add(block.Index);
        }

        return !_cut.Bytes.IsEmpty;
    }

    private void Queue(HeldEvent held)
    {
        _queue.Enqueue(held);
        _queued += held.Length;
    }

    private void Take(HeldEvent held, int most)
    {
        foreach (var slot in _cut.Texts)
        {
            var tags =
                slot.IsWhole ? new(int.MaxValue)
                : _texts.TryGetValue(slot.Place, out var known) ? known
                : _texts[slot.Place] = new ReasoningTags(most);
            held.Add(tags, slot);
            tags.Take(held.Text(slot), Waits);
            if (slot.IsWhole)
            {
                tags.End();
            }
        }
    }

    private void EndTexts()
    {
        foreach (var tags in _texts.Values)
        {
            tags.End();
        }
    }

    /// <summary>Writes the events that wait for nothing more, up to the first that does.</summary>
    private bool Give(IBufferWriter<byte> output)
    {
        var any = false;
        while (_queue.TryPeek(out var held) && held.IsDecided)
        {
            _reasoning |= held.IsCut;
            any |= held.Write(output);
            _queued -= held.Length;
            _queue.Dequeue();
        }

        foreach (var tags in _texts.Values)
        {
            _late |= tags.FoundLate;
        }

        return any;
    }
}
