namespace Stillwatch.Range.Adversaries;

/// <summary>The same tasks in frames of which no two are alike.</summary>
internal sealed class TemplateRandomiser : Adversary
{
    /// <inheritdoc/>
    public override string Name => "template-randomiser";

    /// <inheritdoc/>
    public override string Goal => "The same tasks in frames of which no two are alike.";

    /// <inheritdoc/>
    public override string Knowledge => "That shared skeletons tie accounts.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } = new() { Wrapping = Wrapping.RandomTemplate, Wrapped = 1 };
}
