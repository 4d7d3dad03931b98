namespace Stillwatch.Range.House.Lessons;

/// <summary>Sums of two numbers of two digits.</summary>
internal sealed class Addition : Arithmetic
{
    /// <inheritdoc/>
    public override string Name => "addition";

    /// <inheritdoc/>
    public override double Share => 0.1;

    /// <inheritdoc/>
    protected override char Sign => '+';

    /// <inheritdoc/>
    protected override (string, string, string) Words => ("plus", "Add", "and");

    /// <inheritdoc/>
    protected override int Result(int a, int b) => a + b;

    /// <inheritdoc/>
    protected override string Steps(int a, int b)
    {
        var ones = a % 10 + b % 10;
        return $"{a % 10}+{b % 10}={ones:00},{a / 10}+{b / 10}+{ones / 10}={a / 10 + b / 10 + ones / 10:00}";
    }
}
