using System.Buffers;

namespace Stillwatch.Exchanges.Answers;

/// <summary>An event that was cut and is not sent yet, or is about to be: what of its texts passes is told by their tags.</summary>
internal sealed class HeldEvent
{
    private readonly byte[] _lines,
        _head,
        _json;
    private readonly List<(ReasoningTags Tags, long From, TextSlot Slot)> _texts = [];
    private readonly bool _isSame,
        _isBody,
        _isSilent,
        _took;

    /// <summary>Of an event.</summary>
    /// <param name="lines">As it came.</param>
    /// <param name="block">Taken apart.</param>
    /// <param name="cut">What is left of its data.</param>
    public HeldEvent(ReadOnlySpan<byte> lines, SseBlock block, CutJson cut)
    {
        (_lines, _head, _json) = (lines.ToArray(), block.Head.ToArray(), cut.Bytes.ToArray());
        _isSame = block.IsPlain && cut.Bytes.SequenceEqual(block.Data);
        (_isSilent, _took) = (cut.MayBeLeftOut && !cut.Says, cut.Took);
    }

    /// <summary>Of a whole body.</summary>
    public HeldEvent(CutJson cut) => (_lines, _head, _json, _isBody) = ([], [], cut.Bytes.ToArray(), true);

    /// <summary>Its bytes.</summary>
    public int Length => _lines.Length + _json.Length;

    /// <summary>Whether all that it says is known to pass or not to.</summary>
    public bool IsDecided => _texts.TrueForAll(text => text.Tags.IsDecided || text.Tags.Cut >= text.From + text.Slot.Length);

    /// <summary>Whether raw reasoning was cut from it.</summary>
    public bool IsCut => _texts.Exists(text => CutOf(text) > 0);

    /// <summary>The bytes of a text.</summary>
    public ReadOnlySpan<byte> Text(TextSlot slot) => _json.AsSpan(slot.Start, slot.Length);

    /// <summary>Names the tags of a text, before it is given to them.</summary>
    public void Add(ReasoningTags tags, TextSlot slot) => _texts.Add((tags, tags.Taken, slot));

    /// <summary>Writes what passes.</summary>
    /// <returns>False where nothing is left: then nothing was written.</returns>
    public bool Write(IBufferWriter<byte> output)
    {
        var isCut = IsCut;
        if (_isSilent && (_took || isCut) && _texts.TrueForAll(text => CutOf(text) == text.Slot.Length))
        {
            return false;
        }

        if (_isSame && !isCut)
        {
            output.Write(_lines);
            return true;
        }

        var json = new ArrayBufferWriter<byte>(_json.Length + 1);
        var at = 0;
        foreach (var text in _texts)
        {
            json.Write(_json.AsSpan(at, text.Slot.Start - at));
            at = text.Slot.Start + CutOf(text);
        }

        json.Write(_json.AsSpan(at));
        if (_isBody)
        {
            output.Write(json.WrittenSpan);
        }
        else
        {
            SseBlock.Write(_head, json.WrittenSpan, output);
        }

        return true;
    }

    private static int CutOf((ReasoningTags Tags, long From, TextSlot Slot) text) =>
        (int)Math.Clamp(text.Tags.Cut - text.From, 0, text.Slot.Length);
}
