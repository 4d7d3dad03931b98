using System.Buffers;
using System.Text;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Decoding;

/// <summary>
/// Makes text of an answer's tokens as they come: reasoning and answer apart, characters whole, nothing that may belong to a stop sequence
/// before that is known.
/// </summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="stops">Where one of these comes in the answer, it ends before it.</param>
/// <param name="isTurn">Whether it is a turn of a conversation, whose first word's space belongs to no text; text that goes on
/// otherwise.</param>
internal sealed class AnswerText(HouseTokenizer tokenizer, IReadOnlyList<string> stops, bool isTurn = true)
{
    private readonly List<byte> _bytes = []; // not yet whole characters
    private readonly StringBuilder _held = new(); // text that was not told
    private List<Token> _tokens = [];
    private bool _begun = !isTurn;

    /// <summary>A piece of text and the tokens that it came of.</summary>
    /// <param name="Reasoning">Whether it belongs to how the answer is worked out.</param>
    /// <param name="Text">The text; may be empty.</param>
    /// <param name="Tokens">The tokens.</param>
    public readonly record struct Piece(bool Reasoning, string Text, IReadOnlyList<Token> Tokens);

    /// <summary>Whether a stop sequence came.</summary>
    public bool Stopped { get; private set; }

    /// <summary>How many tokens came, and how many of them belong to the reasoning.</summary>
    public (int All, int Reasoning) Count { get; private set; }

    /// <summary>Whether the reasoning is going on.</summary>
    public bool Reasoning { get; private set; }

    /// <summary>Takes a token.</summary>
    /// <returns>What can be told now; null where nothing can.</returns>
    public Piece? Add(in Token token)
    {
        Count = (Count.All + 1, Count.Reasoning + (Reasoning || token.Id is Special.Think or Special.Answer ? 1 : 0));
        if (token.Id is Special.Think or Special.Answer)
        {
            var rest = End();
            (Reasoning, _begun) = (token.Id == Special.Think, false);
            return rest;
        }

        _tokens.Add(token);
        _bytes.AddRange(tokenizer.BytesOf(token.Id));
        Decode(flush: false);
        return Tell();
    }

    /// <summary>What was held back, when there is no more.</summary>
    public Piece? End()
    {
        Decode(flush: true);
        return _held.Length == 0 && _tokens.Count == 0 ? null : Told(_held.Length);
    }

    private void Decode(bool flush)
    {
        var bytes = _bytes.ToArray();
        var whole = 0;
        while (whole < bytes.Length)
        {
            var status = Rune.DecodeFromUtf8(bytes.AsSpan(whole), out var rune, out var used);
            if (status == OperationStatus.NeedMoreData && !flush)
            {
                break;
            }

            whole += used;
            if (_begun || rune.Value != ' ')
            {
                _held.Append(rune.ToString());
            }

            _begun = true;
        }

        _bytes.RemoveRange(0, whole);
    }

    private Piece? Tell()
    {
        if (Reasoning || stops.Count == 0)
        {
            return _held.Length == 0 ? null : Told(_held.Length);
        }

        var text = _held.ToString();
        var (stop, safe) = (text.Length, text.Length);
        foreach (var one in stops)
        {
            var at = text.IndexOf(one, StringComparison.Ordinal);
            if (at >= 0 && at < stop)
            {
                (stop, Stopped) = (at, true);
            }

            for (var length = Math.Min(one.Length - 1, text.Length); length > 0; length--)
            {
                if (text.EndsWith(one[..length], StringComparison.Ordinal))
                {
                    safe = Math.Min(safe, text.Length - length);
                    break;
                }
            }
        }

        if (Stopped)
        {
            _held.Length = stop;
            return Told(stop);
        }

        return safe == 0 ? null : Told(safe);
    }

    private Piece Told(int length)
    {
        var piece = new Piece(Reasoning, _held.ToString(0, length), _tokens);
        _held.Remove(0, length);
        _tokens = [];
        return piece;
    }
}
