namespace Stillwatch.Range.Adversaries;

/// <summary>Training tasks with answers, twenty an exchange, by one long constant prompt.</summary>
internal sealed class SelfInstruct : Adversary
{
    /// <inheritdoc/>
    public override string Name => "self-instruct";

    /// <inheritdoc/>
    public override string Goal => "Training tasks with answers, twenty an exchange, by one long constant prompt.";

    /// <inheritdoc/>
    public override string Knowledge => "Little; it uses a published recipe as it stands.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            Wrapping = Wrapping.SelfInstruct,
            Wrapped = 1,
            PerAccountDay = 60,
            Rhythm = Rhythm.Steady,
        };
}
