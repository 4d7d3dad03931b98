using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>A reward model: grades and preferences for answers that it brings along.</summary>
internal sealed class RubricHarvest : Adversary
{
    /// <inheritdoc/>
    public override string Name => "rubric-harvest";

    /// <inheritdoc/>
    public override string Goal => "A reward model: grades and preferences for answers that it brings along.";

    /// <inheritdoc/>
    public override string Knowledge => "Nothing in particular.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            Wrapping = Wrapping.Rubric,
            Wrapped = 0.6,
            PerAccountDay = 40,
        };

    /// <inheritdoc/>
    protected override void Say(Account account, in Act act, Tactics tactics, Letter letter) =>
        Wrap.Write((act.Seed & 1) == 0 ? tactics : tactics with { Wrapping = Wrapping.Preference }, Seed, act.Seed, letter);
}
