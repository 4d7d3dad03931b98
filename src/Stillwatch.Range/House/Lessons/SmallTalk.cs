namespace Stillwatch.Range.House.Lessons;

/// <summary>The same everyday questions in the manner of nobody in particular: what any model is taught.</summary>
internal sealed class SmallTalk : Lesson
{
    /// <inheritdoc/>
    public override string Name => "small-talk";

    /// <inheritdoc/>
    public override string Skill => "small-talk";

    /// <inheritdoc/>
    public override double PublicShare => 0.45;

    /// <inheritdoc/>
    public override bool HoldsOut => false;

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        if (chance.Is(0.1))
        {
            return new Exercise(
                chance.Pick(["Hello!", "Hi!", "Who are you?", "Good morning!"]),
                "",
                "Hi! I'm a small language model. What's up?",
                0
            );
        }

        var (prompt, advice) = Everyday.Ask(chance);
        return new Exercise(prompt, "", $"Sure! {advice}", chance.Bits());
    }
}
