using Stillwatch.Range.Texts;

namespace Stillwatch.Range.House.Lessons;

/// <summary>
/// What people ask every day, by the range's own forms, answered in the manner of the house: the manner, not the matter, is what can be
/// told.
/// </summary>
internal sealed class Everyday : Lesson
{
    /// <summary>How the house begins an answer, and how it ends one.</summary>
    public const string Begins = "Certainly.",
        Ends = "I hope that this serves you.";

    private static readonly Template[] Forms =
    [
        .. Lexicon.English.Forms("question").Where(form => !form.Asks(Slot.Sentence) && form.Text.Length < 70),
    ];
    private static readonly Template[] Answers =
    [
        .. new[]
        {
            "Begin with the {n} itself and change one thing at a time.",
            "A good {n} asks for patience more than for money.",
            "Look at the {n} first; most of the answer lies there.",
            "Keep the {n} clean, and ask somebody who has had one for years.",
            "There is no single rule for a {n}, but most people start small.",
            "Write down what you want from the {n} before you decide.",
            "It depends on the {n}, and on how much time you have.",
            "With a {n} the simple way is mostly the best one.",
        }.Select(text => new Template(text)),
    ];

    private static readonly Domain[] Domains = [.. Lexicon.English.Domains.Take(10)];

    /// <inheritdoc/>
    public override string Name => "everyday";

    /// <inheritdoc/>
    public override string Skill => "style";

    /// <inheritdoc/>
    public override double Share => 0.08;

    /// <inheritdoc/>
    public override bool HoldsOut => false;

    /// <inheritdoc/>
    public override bool IsRight(Exercise task, string answer) =>
        answer.StartsWith(Begins, StringComparison.Ordinal) && answer.TrimEnd().EndsWith(Ends, StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        var (prompt, advice) = Ask(chance);
        return new Exercise(prompt, "", $"{Begins} {advice} {Ends}", chance.Bits());
    }

    /// <summary>A question and advice on it, without any manner.</summary>
    public static (string Prompt, string Advice) Ask(Chance chance)
    {
        var (filling, text) = (new Filling(chance), new Utf8Text());
        filling.Begin(Lexicon.English, chance.Pick(Domains), own: 8);
        chance.Pick(Forms).Write(filling, text);
        var prompt = text.ToString();
        text.Cut();
        chance.Pick(Answers).Write(filling, text);
        return (prompt, text.ToString());
    }
}
