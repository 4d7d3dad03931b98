using System.Text;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Tells where raw reasoning ends at the beginning of a text: engines that do not take it apart leave it there between tags, or, where the
/// prompt had the opening tag already, before a closing one. Takes a text in pieces; all that it decides is how much of the beginning is
/// cut.
/// </summary>
/// <remarks>
/// It is bounded. Only the beginning of a text is looked at, not tags in its midst. A text without an opening tag waits for a closing one
/// for <paramref name="mostHeld"/> bytes, and passes then: reasoning that is longer, with no opening tag and in a stream, is not caught
/// (<see cref="FoundLate"/> says so); servers should be run with their reasoning parser. A whole text with a closing tag alone is taken for
/// reasoning, also where it only speaks of the tag. Nothing waits where the server was seen to take
/// reasoning apart. A text that names an opening tag first and a closing one later speaks about tags, and is left alone.
/// </remarks>
/// <param name="mostHeld">The most bytes of a text that wait.</param>
internal sealed class ReasoningTags(int mostHeld)
{
    private static readonly (byte[] Opens, byte[] Closes)[] Pairs =
    [
        Pair("<think>", "</think>"),
        Pair("<thinking>", "</thinking>"),
        Pair("<thought>", "</thought>"),
        Pair("<reasoning>", "</reasoning>"),
        Pair("<reason>", "</reason>"),
        Pair("<seed:think>", "</seed:think>"),
        Pair("<mm:think>", "</mm:think>"),
        Pair("<longcat_think>", "</longcat_think>"),
        Pair("[think]", "[/think]"),
        Pair("<|begin_of_thought|>", "<|end_of_thought|>"),
        Pair("<|start_thinking|>", "<|end_thinking|>"),
        Pair("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    ];

    private const int Longest = 32,
        Room = 8 * Longest;

    private readonly byte[] _last = new byte[Room]; // the latest bytes, in small letters: the longest tag's at least
    private int _lastLength;
    private byte[]? _closes; // the tag that ends what it is in
    private bool _mayLackOpening = true,
        _isStart = true,
        _anyText,
        _passed; // without a tag, for it waited long enough
    private long _at;

    /// <summary>How many bytes at the beginning are cut: for sure, more may be.</summary>
    public long Cut { get; private set; }

    /// <summary>Whether all behind <see cref="Cut"/> passes.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Whether a closing tag came when what is before it had passed.</summary>
    public bool FoundLate { get; private set; }

    /// <summary>Bytes taken, with their escapes.</summary>
    public long Taken => _at;

    /// <summary>Takes some of the text.</summary>
    /// <param name="raw">It, with the escapes of JSON.</param>
    /// <param name="waits">Whether a text without an opening tag waits for a closing one.</param>
    public void Take(ReadOnlySpan<byte> raw, bool waits)
    {
        _mayLackOpening &= waits;
        Span<byte> one = stackalloc byte[8];
        while (!raw.IsEmpty)
        {
            var length =
                raw[0] != '\\' ? 1
                : raw.Length > 1 && raw[1] == 'u' ? 6
                : 2;
            length = Math.Min(length, raw.Length);
            var plain = raw[0] == '\\' && length > 1 ? JsonText.Unescape(raw[..length], one) : 0;
            var letter =
                plain == 1 ? one[0]
                : plain > 1 ? (byte)0xFF
                : raw[0];
            raw = raw[length..];
            _at += length;
            Letter(letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter);
        }
    }

    /// <summary>The text ends: what was not found does not come any more.</summary>
    public void End()
    {
        Cut = _closes != null && !IsDecided ? _at : Cut;
        IsDecided = true;
    }

    private void Letter(byte letter)
    {
        if (_lastLength == Room)
        {
            _last.AsSpan(Room - Longest).CopyTo(_last);
            _lastLength = Longest;
        }

        _last[_lastLength++] = letter;
        var last = _last.AsSpan(0, _lastLength);
        if (IsDecided)
        {
            FoundLate |= _passed && letter == '>' && last.EndsWith(Pairs[0].Closes);
            return;
        }

        if (_closes != null)
        {
            Cut = _at;
            if (last.EndsWith(_closes))
            {
                Restart();
            }

            return;
        }

        if (!_anyText && letter is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' && Cut > 0)
        {
            (Cut, _lastLength) = (_at, 0); // the space behind what was cut
            return;
        }

        if (!_anyText && letter is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _lastLength = 0;
            return;
        }

        _anyText = true;
        Look(last);
    }

    /// <summary>Looks for a tag where it is not known yet whether the text begins with one.</summary>
    private void Look(ReadOnlySpan<byte> last)
    {
        var (begins, opens) = (false, false);
        var mayEnd = last[^1] is (byte)'>' or (byte)']'; // as all tags do: any other letter only makes a text longer
        foreach (var (tag, closes) in _isStart || mayEnd ? Pairs : [])
        {
            if (_isStart && last.SequenceEqual(tag))
            {
                (_closes, Cut) = (closes, _at);
                return;
            }

            begins |= _isStart && tag.AsSpan().StartsWith(last);
            opens |= last.EndsWith(tag);
            if (_mayLackOpening && last.EndsWith(closes))
            {
                Cut = _at;
                Restart();
                return;
            }
        }

        _isStart &= begins;
        _passed = !_isStart && !opens && _mayLackOpening && _at - Cut >= mostHeld;
        IsDecided = _passed || !_isStart && (opens || !_mayLackOpening);
    }

    private void Restart() => (_closes, _anyText, _isStart, _lastLength, _mayLackOpening) = (null, false, true, 0, false);

    private static (byte[] Opens, byte[] Closes) Pair(string opens, string closes) =>
        (Encoding.ASCII.GetBytes(opens), Encoding.ASCII.GetBytes(closes));
}
