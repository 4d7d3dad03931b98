namespace Stillwatch.Range.Texts;

/// <summary>
/// A kind of self-contained task with an answer that is known: what seed sets, benchmarks, homework and data contracts are made of.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Capability">What the answer hands out: reasoning, code, language, judgement, tools.</param>
/// <param name="Write">Writes prompt, reasoning and answer, with what the filling draws.</param>
internal sealed record TaskFamily(string Name, string Capability, TaskFamily.Writer Write)
{
    /// <summary>Writes a task.</summary>
    public delegate void Writer(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer);
}
