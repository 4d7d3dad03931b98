using Stillwatch.Exchanges;
using Stillwatch.Range.Texts;

namespace Stillwatch.Range.World;

/// <summary>One request as it is being written, and what is known of its answer. Used again and again; one a worker.</summary>
internal sealed class Letter
{
    private readonly List<Message> _messages = [];
    private int _begun;

    /// <summary>Begins with nothing drawn.</summary>
    public Letter()
    {
        With = new Filling(Chance);
    }

    /// <summary>A message: who speaks, and which stretch of <see cref="Text"/>.</summary>
    internal readonly record struct Message(TextRole Role, int Start, int Length);

    /// <summary>What is drawn from.</summary>
    public Chance Chance { get; } = new();

    /// <summary>What fills sentence forms.</summary>
    public Filling With { get; }

    /// <summary>All messages' text.</summary>
    public Utf8Text Text { get; } = new();

    /// <summary>Scratch for reasoning that is not sent.</summary>
    public Utf8Text Aside { get; } = new();

    /// <summary>How the answer begins; prose fills it up to <see cref="OutputTokens"/>.</summary>
    public Utf8Text Answer { get; } = new();

    /// <summary>The messages.</summary>
    public IReadOnlyList<Message> Messages => _messages;

    /// <summary>The model asked for.</summary>
    public string Model { get; set; } = "";

    /// <summary>The temperature; NaN where none is sent.</summary>
    public double Temperature { get; set; }

    /// <summary>The most tokens asked for; 0 where none are named.</summary>
    public int MaxTokens { get; set; }

    /// <summary>Whether a stream is asked for.</summary>
    public bool Stream { get; set; }

    /// <summary>The tools offered, as JSON; null for none.</summary>
    public string? Tools { get; set; }

    /// <summary>The customer's own customer; null where it is not named.</summary>
    public string? EndUser { get; set; }

    /// <summary>The network that it is sent over; the account's own where nothing else is said.</summary>
    public Place Place { get; set; }

    /// <summary>The program that sends it.</summary>
    public byte Program { get; set; }

    /// <summary>Tokens of the answer.</summary>
    public int OutputTokens { get; set; }

    /// <summary>The seed of the answer's prose.</summary>
    public ulong AnswerSeed { get; set; }

    /// <summary>
    /// How many answers to tasks it brings who asks: one, or as many as were asked for at once; 0 for what is worth nothing to a copy.
    /// </summary>
    public int Useful { get; set; }

    /// <summary>Begins a request of <paramref name="account"/>.</summary>
    public void Begin(Account account)
    {
        Text.Cut();
        Answer.Cut();
        Aside.Cut();
        _messages.Clear();
        (Model, Temperature, MaxTokens, Stream, Tools, EndUser) = ("", double.NaN, 0, false, null, null);
        (Place, Program, OutputTokens, AnswerSeed, Useful) = (account.Place, account.Program, 0, 0, 0);
    }

    /// <summary>Begins a message: its text is what is added to <see cref="Text"/> until <see cref="End"/>.</summary>
    public Utf8Text Say()
    {
        _begun = Text.Length;
        return Text;
    }

    /// <summary>Ends the message that <see cref="Say"/> began.</summary>
    public void End(TextRole role) => _messages.Add(new Message(role, _begun, Text.Length - _begun));

    /// <summary>Where the open message begins.</summary>
    public int Begun => _begun;

    /// <summary>Fills an answer up with prose of the field at hand, from a seed of its own.</summary>
    public void Complete(ulong seed, int tokens, Utf8Text answer, int begun)
    {
        const int bytesOfToken = 4;
        var left = tokens * bytesOfToken - (answer.Length - begun);
        if (left > 0)
        {
            Chance.Begin(seed);
            if (answer.Length > begun)
            {
                answer.Add(" "u8);
            }

            With.Prose(left, answer);
        }
    }
}
