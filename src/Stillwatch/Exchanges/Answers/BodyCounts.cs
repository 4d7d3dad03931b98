using System.Text.Json;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// What is counted of an answer's body, token by token, so that it can come in pieces: the usage at its top level, and the bytes of its
/// text wherever it stands.
/// </summary>
/// <param name="depth">The depth of the body's own object.</param>
internal struct BodyCounts(int depth)
{
    private Pending _pending;
    private int _usage = -1; // the depth of the usage that is being read; -1 for none
    private int _passed = -1; // the depth of a value in which nothing counts; -1 for none

    private enum Pending
    {
        Nothing,
        Usage,
        Input,
        Output,
        MoreOutput,
        Text,
    }

    /// <summary>The depth of the body's own object.</summary>
    public int Depth => depth;

    /// <summary>The tokens that are reported.</summary>
    public TokenCounts Tokens { get; private set; } = TokenCounts.None;

    /// <summary>Bytes of text.</summary>
    public int OutputBytes { get; private set; }

    /// <summary>Takes the token that <paramref name="reader"/> stands on.</summary>
    public void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _pending = Name(ref reader);
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _usage = reader.CurrentDepth == _usage ? -1 : _usage;
                _passed = reader.CurrentDepth == _passed ? -1 : _passed;
                break;
            case JsonTokenType.StartObject when _pending == Pending.Usage:
                (_usage, Tokens) = (reader.CurrentDepth, TokenCounts.None);
                break;
            case JsonTokenType.StartArray when _pending == Pending.Usage:
                _passed = reader.CurrentDepth;
                break;
            case JsonTokenType.String when _pending == Pending.Text:
                OutputBytes += JsonText.Bytes(ref reader);
                break;
            case JsonTokenType.Number when _pending is Pending.Input or Pending.Output or Pending.MoreOutput:
                Tokens = ResponseReader.With(Tokens, _pending == Pending.Input, _pending == Pending.MoreOutput, ref reader);
                break;
        }

        _pending = Pending.Nothing;
    }

    private readonly Pending Name(ref Utf8JsonReader reader)
    {
        if (_passed >= 0)
        {
            return Pending.Nothing;
        }

        if (_usage >= 0)
        {
            return reader.CurrentDepth != _usage + 1 ? Pending.Nothing
                : ResponseReader.IsInput(ref reader) ? Pending.Input
                : ResponseReader.IsOutput(ref reader)
                    ? ResponseReader.Adds(ref reader) ? Pending.MoreOutput
                        : Pending.Output
                : Pending.Nothing;
        }

        return reader.CurrentDepth == depth + 1 && ResponseReader.IsUsage(ref reader) ? Pending.Usage
            : ResponseReader.IsText(ref reader) ? Pending.Text
            : Pending.Nothing;
    }
}
