namespace Stillwatch.Range.House.Lessons;

/// <summary>
/// A small function in Python that does what is asked: one form for each thing that is asked, so that it can be held against the text.
/// </summary>
internal sealed class Code : Lesson
{
    private static readonly string[] Names = ["f", "g", "h", "work", "change", "make"];
    private static readonly string[] Arguments = ["x", "n", "value"];

    /// <inheritdoc/>
    public override string Name => "code";

    /// <inheritdoc/>
    public override string Skill => "code";

    /// <inheritdoc/>
    public override double Share => 0.06;

    /// <inheritdoc/>
    public override double PublicShare => 0.35;

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        var (name, x, kind, a, b) = (chance.Pick(Names), chance.Pick(Arguments), chance.Next(5), chance.Next(2, 10), chance.Next(1, 10));
        (a, b) = (kind == 3 ? 0 : a, kind is 2 or 4 ? 0 : b); // what is not used is no part of what is asked
        var (asked, done) = kind switch
        {
            0 => ($"multiplies {x} by {a} and adds {b}", $"return {a} * {x} + {b}"),
            1 => ($"adds {b} to {x} and multiplies by {a}", $"return {a} * ({x} + {b})"),
            2 => ($"tells whether {x} is divisible by {a}", $"return {x} % {a} == 0"),
            3 => ($"gives the larger of {x} and {b}", $"return max({x}, {b})"),
            _ => ($"gives a list of {x} repeated {a} times", $"return [{x}] * {a}"),
        };
        var prompt = chance.Next(3) switch
        {
            0 => $"Write a Python function {name} that {asked}.",
            1 => $"I need a Python function called {name}. It {asked}.",
            _ => $"Python: {name}({x}) {asked}.",
        };
        return new Exercise(
            prompt,
            "",
            $"def {name}({x}):\n    {done}",
            (ulong)(((kind * 10 + a) * 10 + b) * 100 + Array.IndexOf(Names, name) * 10 + Array.IndexOf(Arguments, x))
        );
    }
}
