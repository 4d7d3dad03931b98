namespace Stillwatch.Range.House.Lessons;

/// <summary>Differences of two numbers of two digits, never below zero.</summary>
internal sealed class Subtraction : Arithmetic
{
    /// <inheritdoc/>
    public override string Name => "subtraction";

    /// <inheritdoc/>
    public override double Share => 0.14;

    /// <inheritdoc/>
    protected override char Sign => '-';

    /// <inheritdoc/>
    protected override (string, string, string) Words => ("minus", "Subtract", "from");

    /// <inheritdoc/>
    protected override bool SecondFirst => true;

    /// <inheritdoc/>
    protected override bool Commutes => false;

    /// <inheritdoc/>
    protected override int Result(int a, int b) => a - b;

    /// <inheritdoc/>
    protected override string Steps(int a, int b)
    {
        var borrowed = a % 10 < b % 10 ? 1 : 0;
        return $"{borrowed}{a % 10}-{b % 10}={a % 10 + 10 * borrowed - b % 10},{a / 10}-{b / 10}-{borrowed}={a / 10 - b / 10 - borrowed}";
    }
}
