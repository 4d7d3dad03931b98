namespace Stillwatch.Range.Adversaries;

/// <summary>The same tasks, each said by somebody made up.</summary>
internal sealed class ParaphraseAndPersona : Adversary
{
    /// <inheritdoc/>
    public override string Name => "paraphrase-and-persona";

    /// <inheritdoc/>
    public override string Goal => "The same tasks, each said by somebody made up.";

    /// <inheritdoc/>
    public override string Knowledge => "That templates and wishes for reasoning are looked for.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } = new() { Wrapping = Wrapping.Persona, Wrapped = 0.9 };
}
