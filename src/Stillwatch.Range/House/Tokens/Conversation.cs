namespace Stillwatch.Range.House.Tokens;

/// <summary>A conversation in tokens: who says what, one after the other.</summary>
internal sealed class Conversation(HouseTokenizer tokenizer)
{
    private readonly List<int> _tokens = [];

    /// <summary>The tokens.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>What the operator says.</summary>
    public Conversation System(string text) => Say(Special.System, text);

    /// <summary>What the user says.</summary>
    public Conversation User(string text) => Say(Special.User, text);

    /// <summary>What the model said; how it was worked out is not told again.</summary>
    public Conversation Assistant(string text)
    {
        Say(Special.Assistant, text);
        _tokens.Add(Special.End);
        return this;
    }

    /// <summary>The model's turn.</summary>
    public Conversation Ask()
    {
        _tokens.Add(Special.Assistant);
        return this;
    }

    /// <summary>What the model shall say after <see cref="Ask"/>.</summary>
    /// <param name="reasoning">How it is worked out; nothing where it is empty.</param>
    /// <param name="answer">The answer.</param>
    public Conversation Answer(string reasoning, string answer)
    {
        if (reasoning.Length > 0)
        {
            Say(Special.Think, reasoning);
            _tokens.Add(Special.Answer);
        }

        _tokens.AddRange(tokenizer.Encode(answer));
        _tokens.Add(Special.End);
        return this;
    }

    private Conversation Say(int who, string text)
    {
        _tokens.Add(who);
        _tokens.AddRange(tokenizer.Encode(text));
        return this;
    }
}
